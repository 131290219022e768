package dev.handstamp.interop.spring;

import static org.springframework.security.config.Customizer.withDefaults;

import java.security.Principal;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthentication;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/// Spring Security's own resource server, without anything of ours: `/local` checks tokens itself, `/remote` asks.
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(ApiApplication.Doors.class)
public class ApiApplication {

    @Bean
    @Order(1)
    SecurityFilterChain remote(HttpSecurity http) throws Exception {
        return http.securityMatcher("/remote")
                .authorizeHttpRequests(requests -> requests.anyRequest().hasAuthority("SCOPE_orders:read"))
                .oauth2ResourceServer(server -> server.opaqueToken(withDefaults()))
                .build();
    }

    @Bean
    @Order(2)
    SecurityFilterChain local(HttpSecurity http) throws Exception {
        return http.authorizeHttpRequests(requests -> requests.anyRequest().hasAuthority("SCOPE_orders:read"))
                .oauth2ResourceServer(server -> server.jwt(withDefaults()))
                .build();
    }

    /// Spring's default takes tokens of the type JWT; those of RFC 9068 have a type and a validator of their own.
    @Bean
    JwtDecoder accessTokens(@Value("${api.issuer}") String issuer, @Value("${api.audience}") String audience) {
        NimbusJwtDecoder decoder = NimbusJwtDecoder.withIssuerLocation(issuer).build();
        decoder.setJwtValidator(JwtValidators.createAtJwtValidator()
                .issuer(issuer)
                .audience(audience)
                .build());
        return decoder;
    }

    @RestController
    static class Doors {

        @GetMapping("/local")
        Map<String, Object> local(JwtAuthenticationToken caller) {
            return describe(caller, caller.getTokenAttributes());
        }

        @GetMapping("/remote")
        Map<String, Object> remote(BearerTokenAuthentication caller) {
            return describe(caller, caller.getTokenAttributes());
        }

        private static Map<String, Object> describe(Principal caller, Map<String, Object> token) {
            return Map.of("caller", caller.getName(), "client", token.get("client_id"), "jti", token.get("jti"));
        }
    }
}
