package dev.handstamp.verifier;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.Verified;
import dev.handstamp.testing.TestIssuer;

/// A program that checks a few tokens with two verifiers; [ProviderNoticeTest] starts it without ACCP.
final class WithoutAccp {

    private WithoutAccp() {}

    public static void main(String[] arguments) {
        RecordedLog.of(WithoutAccp::check).forEach(System.out::println);
    }

    private static void check() {
        int good = 0;
        try (TestIssuer issuer = TestIssuer.start()) {
            for (int i = 0; i < 2; i++) {
                try (TokenVerifier verifier = TokenVerifier.builder()
                        .issuer(issuer.issuer())
                        .audience("https://api.example")
                        .build()) {
                    for (Algorithm algorithm : new Algorithm[] {Algorithm.ES256, Algorithm.EDDSA, Algorithm.RS256}) {
                        String token = issuer.token().algorithm(algorithm).sign();
                        good += verifier.verify(token) instanceof Verified ? 1 : 0;
                    }
                }
            }
        }
        System.out.println(good + " good tokens");
    }
}
