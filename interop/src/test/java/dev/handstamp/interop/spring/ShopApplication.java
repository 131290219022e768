package dev.handstamp.interop.spring;

import static org.springframework.security.config.Customizer.withDefaults;

import java.time.Duration;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientProviderBuilder;
import org.springframework.security.oauth2.client.annotation.RegisteredOAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.oidc.web.logout.OidcClientInitiatedLogoutSuccessHandler;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.web.DefaultOAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizedClientRepository;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

/// Logs users in, calls an API for them and for itself, and logs them out here and there.
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(ShopApplication.Pages.class)
public class ShopApplication {

    @Bean
    SecurityFilterChain security(HttpSecurity http, ClientRegistrationRepository registrations) throws Exception {
        var leaving = new OidcClientInitiatedLogoutSuccessHandler(registrations);
        leaving.setPostLogoutRedirectUri("{baseUrl}/goodbye");
        return http.authorizeHttpRequests(requests -> requests.requestMatchers("/goodbye")
                        .permitAll()
                        .anyRequest()
                        .authenticated())
                .oauth2Login(withDefaults())
                .oauth2Client(withDefaults())
                .logout(logout -> logout.logoutSuccessHandler(leaving))
                .oidcLogout(told -> told.backChannel(withDefaults()))
                .build();
    }

    /// As Spring Boot's own, but it refreshes whatever expires within the hour: each use refreshes.
    @Bean
    OAuth2AuthorizedClientManager authorizedClients(
            ClientRegistrationRepository registrations, OAuth2AuthorizedClientRepository clients) {
        var manager = new DefaultOAuth2AuthorizedClientManager(registrations, clients);
        manager.setAuthorizedClientProvider(OAuth2AuthorizedClientProviderBuilder.builder()
                .authorizationCode()
                .refreshToken(refresh -> refresh.clockSkew(Duration.ofHours(1)))
                .clientCredentials()
                .build());
        return manager;
    }

    @RestController
    static class Pages {

        private final RestClient api;

        Pages(@Value("${shop.api}") String api) {
            this.api = RestClient.create(api);
        }

        @GetMapping("/")
        Map<String, Object> user(@AuthenticationPrincipal OidcUser user) {
            return Map.of("subject", user.getSubject(), "email", user.getEmail(), "name", user.getFullName());
        }

        /// The address of the API's door is the text of the query.
        @GetMapping("/orders")
        Map<?, ?> orders(String door, @RegisteredOAuth2AuthorizedClient("handstamp") OAuth2AuthorizedClient client) {
            return call(door, client);
        }

        @GetMapping("/machine")
        Map<?, ?> machine(String door, @RegisteredOAuth2AuthorizedClient("machine") OAuth2AuthorizedClient client) {
            return call(door, client);
        }

        @GetMapping("/goodbye")
        String goodbye() {
            return "You have left the shop.";
        }

        private Map<?, ?> call(String door, OAuth2AuthorizedClient client) {
            return api.get()
                    .uri(door)
                    .headers(headers ->
                            headers.setBearerAuth(client.getAccessToken().getTokenValue()))
                    .retrieve()
                    .body(Map.class);
        }
    }
}
