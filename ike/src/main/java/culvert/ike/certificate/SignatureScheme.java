package culvert.ike.certificate;

import culvert.ike.message.Octets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSASSAPSSparams;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.jspecify.annotations.Nullable;

/**
 * A signature algorithm with its hash, as an AlgorithmIdentifier names it (RFC 7427 appendix A).
 */
enum SignatureScheme {
    RSA_PKCS1_SHA256(Padding.PKCS1, SignatureHash.SHA256),
    RSA_PKCS1_SHA384(Padding.PKCS1, SignatureHash.SHA384),
    RSA_PKCS1_SHA512(Padding.PKCS1, SignatureHash.SHA512),
    RSA_PSS_SHA256(Padding.PSS, SignatureHash.SHA256),
    RSA_PSS_SHA384(Padding.PSS, SignatureHash.SHA384),
    RSA_PSS_SHA512(Padding.PSS, SignatureHash.SHA512),
    ECDSA_SHA256(Padding.ECDSA, SignatureHash.SHA256),
    ECDSA_SHA384(Padding.ECDSA, SignatureHash.SHA384),
    ECDSA_SHA512(Padding.ECDSA, SignatureHash.SHA512);

    enum Padding {
        PKCS1,
        PSS,
        ECDSA
    }

    private static final int TRAILER_FIELD_BC = 1;

    private final Padding padding;
    private final SignatureHash hash;

    SignatureScheme(Padding padding, SignatureHash hash) {
        this.padding = padding;
        this.hash = hash;
    }

    static SignatureScheme of(Padding padding, SignatureHash hash) {
        for (SignatureScheme scheme : values()) {
            if (scheme.padding == padding && scheme.hash == hash) {
                return scheme;
            }
        }
        throw new IllegalArgumentException("every padding goes with every hash");
    }

    /** The scheme that an AlgorithmIdentifier names; empty when it is none of these. */
    static Optional<SignatureScheme> of(AlgorithmIdentifier named) {
        for (SignatureScheme scheme : values()) {
            if (scheme.isNamedBy(named)) {
                return Optional.of(scheme);
            }
        }
        return Optional.empty();
    }

    private boolean isNamedBy(AlgorithmIdentifier named) {
        if (!named.getAlgorithm().equals(oid())) {
            return false;
        }
        ASN1Encodable parameters = named.getParameters();
        return switch (padding) {
            case PKCS1 -> parameters == null || DERNull.INSTANCE.equals(parameters);
            case ECDSA -> parameters == null;
            // A salt of any other length than the hash's is refused: nobody needs it.
            case PSS -> pssParameters().equals(canonical(parameters));
        };
    }

    private static @Nullable RSASSAPSSparams canonical(@Nullable ASN1Encodable parameters) {
        if (parameters == null) {
            return null;
        }
        RSASSAPSSparams given = RSASSAPSSparams.getInstance(parameters);
        AlgorithmIdentifier maskHash =
                AlgorithmIdentifier.getInstance(given.getMaskGenAlgorithm().getParameters());
        // RFC 4055 2.1: a hash without parameters and one with NULL are the same.
        return new RSASSAPSSparams(
                withNull(given.getHashAlgorithm()),
                new AlgorithmIdentifier(
                        given.getMaskGenAlgorithm().getAlgorithm(), withNull(maskHash)),
                new org.bouncycastle.asn1.ASN1Integer(given.getSaltLength()),
                new org.bouncycastle.asn1.ASN1Integer(given.getTrailerField()));
    }

    private static AlgorithmIdentifier withNull(AlgorithmIdentifier hash) {
        return hash.getParameters() == null
                ? new AlgorithmIdentifier(hash.getAlgorithm(), DERNull.INSTANCE)
                : hash;
    }

    private RSASSAPSSparams pssParameters() {
        AlgorithmIdentifier digest = new AlgorithmIdentifier(hashOid(), DERNull.INSTANCE);
        return new RSASSAPSSparams(
                digest,
                new AlgorithmIdentifier(PKCSObjectIdentifiers.id_mgf1, digest),
                new org.bouncycastle.asn1.ASN1Integer(hash.outputBytes()),
                new org.bouncycastle.asn1.ASN1Integer(TRAILER_FIELD_BC));
    }

    private ASN1ObjectIdentifier hashOid() {
        return switch (hash) {
            case SHA256 -> NISTObjectIdentifiers.id_sha256;
            case SHA384 -> NISTObjectIdentifiers.id_sha384;
            case SHA512 -> NISTObjectIdentifiers.id_sha512;
        };
    }

    private ASN1ObjectIdentifier oid() {
        return switch (padding) {
            case PSS -> PKCSObjectIdentifiers.id_RSASSA_PSS;
            case PKCS1 ->
                    switch (hash) {
                        case SHA256 -> PKCSObjectIdentifiers.sha256WithRSAEncryption;
                        case SHA384 -> PKCSObjectIdentifiers.sha384WithRSAEncryption;
                        case SHA512 -> PKCSObjectIdentifiers.sha512WithRSAEncryption;
                    };
            case ECDSA ->
                    switch (hash) {
                        case SHA256 -> X9ObjectIdentifiers.ecdsa_with_SHA256;
                        case SHA384 -> X9ObjectIdentifiers.ecdsa_with_SHA384;
                        case SHA512 -> X9ObjectIdentifiers.ecdsa_with_SHA512;
                    };
        };
    }

    /** The AlgorithmIdentifier in DER, as it stands in AUTH. */
    Octets algorithmIdentifier() {
        AlgorithmIdentifier identifier =
                switch (padding) {
                    case PKCS1 -> new AlgorithmIdentifier(oid(), DERNull.INSTANCE);
                    case PSS -> new AlgorithmIdentifier(oid(), pssParameters());
                    case ECDSA -> new AlgorithmIdentifier(oid());
                };
        return Der.encode(identifier);
    }

    SignatureHash hash() {
        return hash;
    }

    boolean fits(PublicKey key) {
        return switch (padding) {
            case ECDSA -> key instanceof ECPublicKey;
            case PSS -> key instanceof RSAPublicKey;
            case PKCS1 -> key instanceof RSAPublicKey && key.getAlgorithm().equals("RSA");
        };
    }

    /** An engine without a key; ECDSA signatures are a SEQUENCE of two integers. */
    Signature engine() throws GeneralSecurityException {
        String digest = hash.name();
        return switch (padding) {
            case PKCS1 -> Signature.getInstance(digest + "withRSA");
            case ECDSA -> Signature.getInstance(digest + "withECDSA");
            case PSS -> {
                Signature pss = Signature.getInstance("RSASSA-PSS");
                pss.setParameter(
                        new PSSParameterSpec(
                                hash.jcaName(),
                                "MGF1",
                                new MGF1ParameterSpec(hash.jcaName()),
                                hash.outputBytes(),
                                TRAILER_FIELD_BC));
                yield pss;
            }
        };
    }

    /** For RFC 4754: r and s one after the other, each as long as the curve's order. */
    static Signature rawEcdsa(SignatureHash hash) throws GeneralSecurityException {
        return Signature.getInstance(hash.name() + "withECDSAinP1363Format");
    }
}
