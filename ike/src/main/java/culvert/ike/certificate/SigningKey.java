package culvert.ike.certificate;

import culvert.ike.message.Octets;
import culvert.model.Secret;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/**
 * The private key of our certificate. It is kept as octets that {@link #close()} wipes; the JDK's
 * key objects, which nobody can wipe, live for one signature each.
 */
public final class SigningKey implements AutoCloseable {
    private static final byte[] PROBE = {'p', 'r', 'o', 'b', 'e'};

    private final Secret pkcs8;
    private final String algorithm;

    private SigningKey(Secret pkcs8, String algorithm) {
        this.pkcs8 = pkcs8;
        this.algorithm = algorithm;
    }

    /**
     * Reads the one private key of a PEM file: PKCS #8, or the older forms of RSA and EC.
     *
     * @param pem still the caller's to wipe
     */
    public static SigningKey read(byte[] pem) throws CertificateProblem {
        List<Pem.Block> blocks = Pem.read(pem);
        try {
            List<Pem.Block> keys =
                    blocks.stream().filter(b -> b.label().endsWith("PRIVATE KEY")).toList();
            if (keys.size() != 1) {
                throw new CertificateProblem(
                        keys.isEmpty()
                                ? "there is no private key in PEM"
                                : "there are %d private keys".formatted(keys.size()),
                        "write one key, which begins with -----BEGIN PRIVATE KEY-----");
            }
            return of(keys.getFirst());
        } finally {
            Pem.close(blocks);
        }
    }

    private static SigningKey of(Pem.Block block) throws CertificateProblem {
        if (block.label().equals("ENCRYPTED PRIVATE KEY")) {
            throw Pem.encrypted();
        }
        Secret pkcs8;
        String algorithm;
        try {
            PrivateKeyInfo info = info(block);
            algorithm = algorithm(info.getPrivateKeyAlgorithm().getAlgorithm());
            pkcs8 = Secret.owning(Der.bytes(info));
        } catch (RuntimeException e) {
            throw unreadable();
        }
        if (algorithm.isEmpty()) {
            pkcs8.close();
            throw new CertificateProblem(
                    "the private key is neither RSA nor ECDSA", "use an RSA or ECDSA key");
        }
        SigningKey key = new SigningKey(pkcs8, algorithm);
        try {
            key.privateKey();
            return key;
        } catch (GeneralSecurityException | RuntimeException e) {
            key.close();
            throw unreadable();
        }
    }

    /** Without a word of the content. */
    private static CertificateProblem unreadable() {
        return new CertificateProblem(
                "the private key cannot be read",
                "write it as PKCS #8: openssl pkcs8 -topk8 -nocrypt -in KEY -out NEW-KEY");
    }

    private static PrivateKeyInfo info(Pem.Block block) {
        ASN1Sequence der = ASN1Sequence.getInstance(block.der().octets());
        return switch (block.label()) {
            case "RSA PRIVATE KEY" ->
                    wrap(
                            PKCSObjectIdentifiers.rsaEncryption,
                            DERNull.INSTANCE,
                            RSAPrivateKey.getInstance(der));
            case "EC PRIVATE KEY" -> {
                ECPrivateKey key = ECPrivateKey.getInstance(der);
                yield wrap(X9ObjectIdentifiers.id_ecPublicKey, key.getParametersObject(), key);
            }
            default -> PrivateKeyInfo.getInstance(der);
        };
    }

    private static PrivateKeyInfo wrap(
            ASN1ObjectIdentifier algorithm, ASN1Encodable parameters, ASN1Encodable key) {
        try {
            return new PrivateKeyInfo(new AlgorithmIdentifier(algorithm, parameters), key);
        } catch (Exception e) {
            throw new IllegalStateException("an object in memory cannot be encoded", e);
        }
    }

    private static String algorithm(ASN1ObjectIdentifier oid) {
        if (oid.equals(PKCSObjectIdentifiers.rsaEncryption)) {
            return "RSA";
        }
        if (oid.equals(PKCSObjectIdentifiers.id_RSASSA_PSS)) {
            return "RSASSA-PSS";
        }
        return oid.equals(X9ObjectIdentifiers.id_ecPublicKey) ? "EC" : "";
    }

    private PrivateKey privateKey() throws GeneralSecurityException {
        return KeyFactory.getInstance(algorithm)
                .generatePrivate(new PKCS8EncodedKeySpec(pkcs8.octets()));
    }

    /** Whether this is the private half of a certificate's key. */
    public boolean belongsTo(PublicKey publicKey, SecureRandom random) {
        for (SignatureScheme scheme : SignatureScheme.values()) {
            if (scheme.fits(publicKey)) {
                try {
                    Signature verifier = scheme.engine();
                    verifier.initVerify(publicKey);
                    verifier.update(PROBE);
                    return verifier.verify(sign(scheme.engine(), PROBE, random).toByteArray());
                } catch (GeneralSecurityException | RuntimeException e) {
                    return false;
                }
            }
        }
        return false;
    }

    Octets sign(Signature engine, byte[] octets, SecureRandom random)
            throws GeneralSecurityException {
        engine.initSign(privateKey(), random);
        engine.update(octets);
        return Octets.copyOf(engine.sign());
    }

    @Override
    public void close() {
        pkcs8.close();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SigningKey that && pkcs8.equals(that.pkcs8);
    }

    @Override
    public int hashCode() {
        return pkcs8.hashCode();
    }

    @Override
    public String toString() {
        return "SigningKey[" + algorithm + "]";
    }
}
