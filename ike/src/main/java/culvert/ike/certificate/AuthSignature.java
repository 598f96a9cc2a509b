package culvert.ike.certificate;

import culvert.ike.certificate.OwnCertificate.RsaPadding;
import culvert.ike.certificate.SignatureScheme.Padding;
import culvert.ike.message.AuthPayload;
import culvert.ike.message.Octets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;

/**
 * The AUTH payload of a side with a certificate: RFC 7427 where both sides speak it, else the
 * methods of RFC 7296 and RFC 4754.
 *
 * <pre>
 *                      1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+-----------------------------------------------+
 * | ASN.1 Length  | AlgorithmIdentifier (DER) ...                 |
 * +---------------+-----------------------------------------------+
 * | Signature ...                                                 |
 * +---------------------------------------------------------------+
 * </pre>
 */
public final class AuthSignature {
    private static final String WEAK_HINT =
            "let the peer use RFC 7427, or sign with SHA-256 or better";

    private AuthSignature() {}

    /**
     * Signs.
     *
     * @param peerHashes what the peer announced (RFC 7427 4); empty when it announced nothing
     */
    public static AuthPayload sign(
            OwnCertificate own,
            Set<SignatureHash> peerHashes,
            byte[] signedOctets,
            SecureRandom random) {
        PublicKey publicKey = own.certificate().getPublicKey();
        SignatureHash natural = naturalHash(publicKey);
        try {
            if (peerHashes.isEmpty()) {
                return legacy(own.key(), publicKey, natural, signedOctets, random);
            }
            SignatureHash hash =
                    peerHashes.contains(natural) ? natural : peerHashes.iterator().next();
            SignatureScheme scheme = SignatureScheme.of(padding(own, publicKey), hash);
            Octets signature = own.key().sign(scheme.engine(), signedOctets, random);
            Octets algorithm = scheme.algorithmIdentifier();
            byte[] data = new byte[1 + algorithm.length() + signature.length()];
            data[0] = (byte) algorithm.length();
            System.arraycopy(algorithm.toByteArray(), 0, data, 1, algorithm.length());
            System.arraycopy(
                    signature.toByteArray(), 0, data, 1 + algorithm.length(), signature.length());
            return new AuthPayload(AuthPayload.DIGITAL_SIGNATURE, Octets.copyOf(data));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a key that was tried cannot sign", e);
        }
    }

    private static Padding padding(OwnCertificate own, PublicKey key) {
        if (key instanceof ECPublicKey) {
            return Padding.ECDSA;
        }
        return own.rsaPadding() == RsaPadding.PSS || !key.getAlgorithm().equals("RSA")
                ? Padding.PSS
                : Padding.PKCS1;
    }

    private static AuthPayload legacy(
            SigningKey key,
            PublicKey publicKey,
            SignatureHash natural,
            byte[] signedOctets,
            SecureRandom random)
            throws GeneralSecurityException {
        Signature engine =
                publicKey instanceof ECPublicKey
                        ? SignatureScheme.rawEcdsa(natural)
                        : SignatureScheme.of(Padding.PKCS1, natural).engine();
        return new AuthPayload(
                publicKey instanceof ECPublicKey ? ecdsaMethod(natural) : AuthPayload.RSA_SIGNATURE,
                key.sign(engine, signedOctets, random));
    }

    /** The hash that is as strong as the curve (RFC 4754 1); SHA-256 for RSA. */
    private static SignatureHash naturalHash(PublicKey key) {
        int bits = key instanceof ECPublicKey ec ? ec.getParams().getOrder().bitLength() : 0;
        return bits > 384
                ? SignatureHash.SHA512
                : bits > 256 ? SignatureHash.SHA384 : SignatureHash.SHA256;
    }

    private static int ecdsaMethod(SignatureHash hash) {
        return switch (hash) {
            case SHA256 -> AuthPayload.ECDSA_P256;
            case SHA384 -> AuthPayload.ECDSA_P384;
            case SHA512 -> AuthPayload.ECDSA_P521;
        };
    }

    /** Refuses an AUTH payload that this key did not sign, or not well enough. */
    public static void require(AuthPayload auth, PublicKey key, byte[] signedOctets)
            throws CertificateProblem {
        byte[] data = auth.data().toByteArray();
        boolean proven;
        try {
            proven =
                    switch (auth.method()) {
                        case AuthPayload.DIGITAL_SIGNATURE -> verifyNamed(data, key, signedOctets);
                        case AuthPayload.RSA_SIGNATURE -> verifyRsa(data, key, signedOctets);
                        case AuthPayload.ECDSA_P256,
                                AuthPayload.ECDSA_P384,
                                AuthPayload.ECDSA_P521 ->
                                verifyEcdsa(auth.method(), data, key, signedOctets);
                        default ->
                                throw new CertificateProblem(
                                        "it uses authentication method " + auth.method(),
                                        "let it authenticate by certificate");
                    };
        } catch (GeneralSecurityException | RuntimeException malformed) {
            proven = false;
        }
        if (!proven) {
            throw new CertificateProblem(
                    "its signature is not by the key of its certificate",
                    "check that the peer has the key that belongs to its certificate");
        }
    }

    private static boolean verifyNamed(byte[] data, PublicKey key, byte[] signedOctets)
            throws GeneralSecurityException, CertificateProblem {
        int length = data[0] & 0xFF;
        if (1 + length >= data.length) {
            return false;
        }
        ASN1Sequence named = ASN1Sequence.getInstance(Arrays.copyOfRange(data, 1, 1 + length));
        AlgorithmIdentifier algorithm = AlgorithmIdentifier.getInstance(named);
        Optional<SignatureScheme> scheme = SignatureScheme.of(algorithm);
        if (scheme.isEmpty() || !scheme.get().fits(key)) {
            throw new CertificateProblem(
                    "it signs with an algorithm that is weak, unknown or not its key's (%s)"
                            .formatted(algorithm.getAlgorithm()),
                    WEAK_HINT);
        }
        return verify(
                scheme.get().engine(),
                Arrays.copyOfRange(data, 1 + length, data.length),
                key,
                signedOctets);
    }

    /** RFC 7296 3.8: the signature itself says its hash; the default of old peers is SHA-1. */
    private static boolean verifyRsa(byte[] data, PublicKey key, byte[] signedOctets)
            throws GeneralSecurityException, CertificateProblem {
        if (!SignatureScheme.RSA_PKCS1_SHA256.fits(key)) {
            return false;
        }
        for (SignatureHash hash : SignatureHash.values()) {
            Signature engine = SignatureScheme.of(Padding.PKCS1, hash).engine();
            if (verify(engine, data, key, signedOctets)) {
                return true;
            }
        }
        if (verify(Signature.getInstance("SHA1withRSA"), data, key, signedOctets)) {
            throw new CertificateProblem("it signs with SHA-1, which can be forged", WEAK_HINT);
        }
        return false;
    }

    private static boolean verifyEcdsa(int method, byte[] data, PublicKey key, byte[] signedOctets)
            throws GeneralSecurityException {
        return key instanceof ECPublicKey
                && ecdsaMethod(naturalHash(key)) == method
                && verify(SignatureScheme.rawEcdsa(naturalHash(key)), data, key, signedOctets);
    }

    private static boolean verify(
            Signature engine, byte[] signature, PublicKey key, byte[] signedOctets) {
        try {
            engine.initVerify(key);
            engine.update(signedOctets);
            return engine.verify(signature);
        } catch (GeneralSecurityException malformed) {
            return false;
        }
    }
}
