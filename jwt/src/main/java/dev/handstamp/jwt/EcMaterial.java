package dev.handstamp.jwt;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.util.LinkedHashMap;
import java.util.Map;

/// Keys on the NIST curves.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc7518#section-6.2">RFC 7518 §6.2</a>
record EcMaterial(Curve curve, CryptoProvider provider) implements KeyMaterial {

    @Override
    public PublicKey publicKey(JwkMembers members) throws InvalidJwkException, GeneralSecurityException {
        var point = new ECPoint(
                new BigInteger(1, members.bytes("x", curve.size())),
                new BigInteger(1, members.bytes("y", curve.size())));
        if (!curve.contains(point)) {
            throw new InvalidJwkException("x and y are not a point of " + curve.crv());
        }
        return provider.keyFactory("EC").generatePublic(new ECPublicKeySpec(point, curve.parameters()));
    }

    @Override
    public PrivateKey privateKey(JwkMembers members) throws InvalidJwkException, GeneralSecurityException {
        byte[] scalar = members.bytes("d", curve.size());
        if (!curve.isScalar(scalar, 0)) {
            throw new InvalidJwkException("d is out of range");
        }
        var spec = new ECPrivateKeySpec(new BigInteger(1, scalar), curve.parameters());
        return provider.keyFactory("EC").generatePrivate(spec);
    }

    @Override
    public Map<String, Object> generate() throws GeneralSecurityException {
        KeyPairGenerator generator = provider.keyPairGenerator("EC");
        generator.initialize(new ECGenParameterSpec(curve.jcaName()));
        KeyPair pair = generator.generateKeyPair();
        ECPoint point = ((ECPublicKey) pair.getPublic()).getW();
        var members = new LinkedHashMap<String, Object>();
        members.put("crv", curve.crv());
        members.put("x", KeyMaterial.encode(point.getAffineX(), curve.size()));
        members.put("y", KeyMaterial.encode(point.getAffineY(), curve.size()));
        members.put("d", KeyMaterial.encode(((ECPrivateKey) pair.getPrivate()).getS(), curve.size()));
        return members;
    }

    /// RFC 7518 §3.4: r and s side by side, each in full length.
    @Override
    public int signatureLength(PublicKey key) {
        return 2 * curve.size();
    }

    /// Neither may be zero, which fits any message in some providers, nor beyond n - 1 (CVE-2022-21449).
    @Override
    public boolean isPlausible(byte[] signature) {
        return curve.isScalar(signature, 0) && curve.isScalar(signature, curve.size());
    }
}
