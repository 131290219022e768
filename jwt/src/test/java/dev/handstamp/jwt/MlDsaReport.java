package dev.handstamp.jwt;

import dev.handstamp.json.Json;
import java.security.Security;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A program that prints what this Java can do with ML-DSA; [MlDsaAvailabilityTest] starts it.
final class MlDsaReport {

    private MlDsaReport() {}

    public static void main(String[] arguments) throws Exception {
        PrivateJwk other = PrivateJwk.generate(Algorithm.ES256);
        String token = new JwsSigner(other, "at+jwt").sign(Json.write(Map.of("a", 1L)));
        boolean works = Jws.parse(token)
                .flatMap(jws -> jws.verify(other.verificationKey()))
                .isPresent();
        System.out.println("ES256 works: " + works);
        if (arguments[0].equals("without SUN")) Security.removeProvider("SUN");

        var keys = new ArrayList<Object>();
        keys.add(other.publicJwk().orElseThrow().toJson());
        for (Algorithm algorithm : List.of(Algorithm.ML_DSA_44, Algorithm.ML_DSA_65, Algorithm.ML_DSA_87)) {
            print(algorithm, "available", String.valueOf(algorithm.isAvailable()));
            print(algorithm, "generate", generate(algorithm));
            print(algorithm, "parse", parse(key(algorithm)));
            keys.add(key(algorithm));
        }
        JwkSet set = JwkSet.parse(Json.write(Map.of("keys", keys)));
        System.out.println("a set with an ML-DSA key beside others: "
                + set.keys().size() + " key, " + (set.ignored().isEmpty() ? "nothing to report" : set.ignored()));
    }

    private static void print(Algorithm algorithm, String what, String answer) {
        System.out.println(algorithm.joseName() + " " + what + ": " + answer);
    }

    private static String generate(Algorithm algorithm) {
        try {
            return PrivateJwk.generate(algorithm).toString();
        } catch (IllegalStateException e) {
            return e.getMessage();
        }
    }

    private static String parse(Map<String, Object> key) {
        try {
            return Jwk.parse(key).toString();
        } catch (InvalidJwkException e) {
            return e.getMessage();
        }
    }

    private static Map<String, Object> key(Algorithm algorithm) {
        var key = new LinkedHashMap<String, Object>();
        key.put("kty", "AKP");
        key.put("kid", algorithm.joseName());
        key.put("alg", algorithm.joseName());
        key.put("pub", Base64Url.encode(new byte[1312]));
        return key;
    }
}
