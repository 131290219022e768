package dev.handstamp.bench.verify;

import java.text.ParseException;
import java.util.Objects;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/// As its page on RFC 9068 says: a decoder that leaves the type to the validator for `at+jwt`.
final class SpringCheck implements Check {

    private final NimbusJwtDecoder decoder;

    SpringCheck(Tokens tokens) throws ParseException {
        this.decoder = decoder(tokens);
        decoder.setJwtValidator(JwtValidators.createAtJwtValidator()
                .issuer(Tokens.ISSUER)
                .audience(Tokens.AUDIENCE)
                .clientId("s6BhdRkqt3-orders-web")
                .build());
    }

    @Override
    public Jwt check(String token) {
        return decoder.decode(token);
    }

    private static NimbusJwtDecoder decoder(Tokens tokens) throws ParseException {
        if (tokens.isSymmetric()) {
            return NimbusJwtDecoder.withSecretKey(tokens.secretKey())
                    .macAlgorithm(MacAlgorithm.HS256)
                    .validateType(false)
                    .build();
        }
        String name = tokens.algorithm().joseName();
        SignatureAlgorithm algorithm = Objects.requireNonNull(SignatureAlgorithm.from(name), name);
        return NimbusJwtDecoder.withJwkSource(NimbusCheck.keys(tokens))
                .jwsAlgorithm(algorithm)
                .jwtProcessorCustomizer(processor -> processor.setJWSTypeVerifier((type, context) -> {}))
                .build();
    }
}
