package dev.handstamp.jwt;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Which JCA provider works for us: Amazon Corretto Crypto Provider when it is on the class path and works, else
/// the JDK's.
///
/// ACCP is found by name and handed to `getInstance`; nothing is installed globally, so a host application's own
/// crypto stays as it was. ML-DSA, HMAC and digests are always the JDK's: ACCP gains nothing there.
/// Where Ed25519 signatures would be checked by the JDK, [Ed25519Check] does it.
public final class CryptoProvider {

    private static final String ACCP = "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider";

    static final CryptoProvider JDK = new CryptoProvider(null, "the JDK's");

    private final @Nullable Provider provider;
    private final String name;

    private CryptoProvider(@Nullable Provider provider, String name) {
        this.provider = provider;
        this.name = name;
    }

    /// Says in a few words which provider is used, and why it is not the faster one.
    ///
    /// @return such as "ACCP 2.5.0", or "the JDK's (ACCP is not on the class path)"
    public static String description() {
        return best().name;
    }

    /// Does now what the first key would otherwise wait for: finds the provider and checks it.
    public static void warmUp() {
        best();
    }

    static CryptoProvider best() {
        return Found.BEST;
    }

    Signature signature(Algorithm algorithm) throws GeneralSecurityException {
        boolean jdk = provider == null || algorithm.keyType() == KeyType.AKP;
        Signature signature =
                jdk ? Signature.getInstance(algorithm.jcaName()) : Signature.getInstance(algorithm.jcaName(), provider);
        if (algorithm.parameters() != null) {
            signature.setParameter(algorithm.parameters());
        }
        return signature;
    }

    /// Whether Ed25519 is the JDK's own: ACCP is not there, and the host has put no other provider before it.
    boolean leavesEd25519ToTheJdk() throws GeneralSecurityException {
        return provider == null
                && Signature.getInstance("Ed25519").getProvider().getName().equals("SunEC");
    }

    /// A factory for keys of type "RSA", "EC", "Ed25519" or "ML-DSA". ACCP has none for Ed25519 but takes the
    /// JDK's keys.
    KeyFactory keyFactory(String type) throws NoSuchAlgorithmException {
        boolean jdk = provider == null || !(type.equals("RSA") || type.equals("EC"));
        return jdk ? KeyFactory.getInstance(type) : KeyFactory.getInstance(type, provider);
    }

    KeyPairGenerator keyPairGenerator(String type) throws NoSuchAlgorithmException {
        boolean jdk = provider == null || !(type.equals("RSA") || type.equals("EC"));
        return jdk ? KeyPairGenerator.getInstance(type) : KeyPairGenerator.getInstance(type, provider);
    }

    private static final class Found {
        private static final CryptoProvider BEST = find();

        private static CryptoProvider find() {
            try {
                Class<?> type = Class.forName(ACCP);
                var accp = (Provider) type.getField("INSTANCE").get(null);
                var loadingError = (Throwable) type.getMethod("getLoadingError").invoke(accp);
                if (loadingError != null) {
                    return fallback(
                            "ACCP did not load: " + loadingError.getClass().getSimpleName());
                }
                var candidate = new CryptoProvider(accp, "ACCP " + accp.getVersionStr());
                Optional<String> failure = candidate.selfCheck();
                return failure.map(Found::fallback).orElse(candidate);
            } catch (ClassNotFoundException e) {
                return fallback("ACCP is not on the class path");
            } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
                return fallback("ACCP did not start: " + e.getClass().getSimpleName());
            }
        }

        private static CryptoProvider fallback(String reason) {
            return new CryptoProvider(null, "the JDK's (" + reason + ")");
        }
    }

    /// Signs and verifies once with each cheap key type, and asks for the RSA services by name: making an RSA key
    /// to try would cost a tenth of a second of every start.
    private Optional<String> selfCheck() {
        try {
            KeyPairGenerator ec = keyPairGenerator("EC");
            ec.initialize(new ECGenParameterSpec("secp256r1"));
            signature(Algorithm.RS256);
            signature(Algorithm.PS256);
            keyFactory("RSA");
            boolean works = roundTrip(Algorithm.ES256, ec.generateKeyPair())
                    && roundTrip(Algorithm.EDDSA, keyPairGenerator("Ed25519").generateKeyPair());
            return works ? Optional.empty() : Optional.of("ACCP failed its self-check");
        } catch (GeneralSecurityException e) {
            return Optional.of("ACCP failed its self-check: " + e.getClass().getSimpleName());
        }
    }

    private boolean roundTrip(Algorithm algorithm, KeyPair pair) throws GeneralSecurityException {
        byte[] message = {'h', 's'};
        Signature signer = signature(algorithm);
        signer.initSign(pair.getPrivate());
        signer.update(message);
        byte[] signed = signer.sign();

        Signature verifier = signature(algorithm);
        verifier.initVerify(pair.getPublic());
        verifier.update(message);
        boolean good = verifier.verify(signed);

        message[0] ^= 1;
        verifier.update(message);
        return good && !verifier.verify(signed);
    }
}
