package culvert.ike.certificate;

import culvert.ike.message.CertPayload;
import culvert.ike.message.Octets;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V2TBSCertListGenerator;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.jspecify.annotations.Nullable;

/** A certificate with its key, issued for a test: as it should be, or wrong as the test asks. */
public final class TestCertificate {
    /** The calendar of the tests: 2027-01-15 08:00 UTC. */
    public static final long NOW = 1_800_000_000L;

    public static final String P256 = "secp256r1";
    public static final String P384 = "secp384r1";
    public static final String P521 = "secp521r1";
    public static final String RSA_2048 = "2048";
    public static final String RSA_1024 = "1024";

    private static final Map<String, KeyPair> KEYS = new ConcurrentHashMap<>();
    private static int serial = 1;

    private final X509Certificate certificate;
    private final KeyPair keys;

    private TestCertificate(X509Certificate certificate, KeyPair keys) {
        this.certificate = certificate;
        this.keys = keys;
    }

    public X509Certificate certificate() {
        return certificate;
    }

    public KeyPair keys() {
        return keys;
    }

    byte[] der() {
        try {
            return certificate.getEncoded();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    public CertPayload payload() {
        return new CertPayload(CertPayload.X509_SIGNATURE, Octets.copyOf(der()));
    }

    public SigningKey signingKey() {
        try {
            return SigningKey.read(pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
        } catch (CertificateProblem e) {
            throw new AssertionError(e.what(), e);
        }
    }

    /** This one in the place of ours, with the intermediates to send. */
    public OwnCertificate own(TestCertificate... intermediates) {
        List<X509Certificate> chain = new ArrayList<>(List.of(certificate));
        for (TestCertificate intermediate : intermediates) {
            chain.add(intermediate.certificate);
        }
        return new OwnCertificate(chain, signingKey(), OwnCertificate.RsaPadding.PKCS1);
    }

    /** This one as the only authority. */
    public TrustAnchors trusted() {
        return new TrustAnchors(List.of(certificate), List.of(), TrustAnchors.Revocation.RELAXED);
    }

    static byte[] pem(String label, byte[] der) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(
                        label,
                        Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der),
                        label)
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** A list, signed by this authority, of certificates that it revoked. */
    public X509CRL revoking(long thisUpdate, long nextUpdate, TestCertificate... revoked)
            throws Exception {
        return revoking(List.of(), thisUpdate, nextUpdate, revoked);
    }

    /** The same with extensions. */
    X509CRL revoking(
            List<Extension> extensions,
            long thisUpdate,
            long nextUpdate,
            TestCertificate... revoked)
            throws Exception {
        String algorithm = signatureOf(keys);
        V2TBSCertListGenerator list = new V2TBSCertListGenerator();
        list.setSignature(identifier(algorithm));
        list.setIssuer(X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()));
        list.setThisUpdate(new Time(CertificateTime.date(thisUpdate)));
        list.setNextUpdate(new Time(CertificateTime.date(nextUpdate)));
        if (!extensions.isEmpty()) {
            list.setExtensions(new Extensions(extensions.toArray(Extension[]::new)));
        }
        for (TestCertificate one : revoked) {
            list.addCRLEntry(
                    new ASN1Integer(one.certificate.getSerialNumber()),
                    new Time(CertificateTime.date(thisUpdate)),
                    0);
        }
        ASN1Encodable tbs = list.generateTBSCertList();
        return CertificateReader.revocationLists(
                        signed(tbs, identifier(algorithm), sign(tbs, algorithm, keys)))
                .getFirst();
    }

    static DistributionPointName pointName(String url) {
        return new DistributionPointName(
                new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, url)));
    }

    public static Builder root(String subject) {
        return new Builder(null, subject).authority();
    }

    public Builder issue(String subject) {
        return new Builder(this, subject);
    }

    /** Everything about one certificate that a test may want otherwise. */
    public static final class Builder {
        private final @Nullable TestCertificate issuer;
        private final String subject;
        private final List<Extension> extensions = new ArrayList<>();
        private String key = P256;
        private String keyName = "";
        private String issuerName = "";
        private long notBefore = NOW - Duration.ofDays(1).toSeconds();
        private long notAfter = NOW + Duration.ofDays(365).toSeconds();
        private String signature = "";
        private boolean forged;

        private Builder(@Nullable TestCertificate issuer, String subject) {
            this.issuer = issuer;
            this.subject = subject;
        }

        public Builder key(String kind) {
            key = kind;
            return this;
        }

        /** One of several keys of a kind; certificates with one name share it. */
        public Builder keyName(String name) {
            keyName = name;
            return this;
        }

        /** Another name in the place of the issuer's. */
        public Builder issuerName(String name) {
            issuerName = name;
            return this;
        }

        public Builder authority() {
            return basicConstraints(new BasicConstraints(true))
                    .keyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign);
        }

        public Builder authorityWithPathLength(int length) {
            return basicConstraints(new BasicConstraints(length)).keyUsage(KeyUsage.keyCertSign);
        }

        Builder basicConstraints(BasicConstraints constraints) {
            return extension(Extension.basicConstraints, true, constraints);
        }

        public Builder keyUsage(int bits) {
            return extension(Extension.keyUsage, true, new KeyUsage(bits));
        }

        public Builder dnsName(String name) {
            return alternativeName(new GeneralName(GeneralName.dNSName, name));
        }

        public Builder address(String address) {
            return alternativeName(new GeneralName(GeneralName.iPAddress, address));
        }

        Builder alternativeName(GeneralName... names) {
            return extension(Extension.subjectAlternativeName, false, new GeneralNames(names));
        }

        /** Where the lists of its issuer are: a point for each URL. */
        public Builder distributionPoints(String... urls) {
            var points = new org.bouncycastle.asn1.x509.DistributionPoint[urls.length];
            for (int i = 0; i < urls.length; i++) {
                points[i] =
                        new org.bouncycastle.asn1.x509.DistributionPoint(
                                pointName(urls[i]), null, null);
            }
            return extension(Extension.cRLDistributionPoints, false, new CRLDistPoint(points));
        }

        Builder permitting(GeneralName name) {
            return extension(
                    Extension.nameConstraints,
                    true,
                    new NameConstraints(new GeneralSubtree[] {new GeneralSubtree(name)}, null));
        }

        Builder extension(ASN1ObjectIdentifier oid, boolean critical, ASN1Encodable value) {
            extensions.removeIf(e -> e.getExtnId().equals(oid));
            extensions.add(
                    new Extension(
                            oid, critical, new DEROctetString(Der.bytes(value.toASN1Primitive()))));
            return this;
        }

        public Builder valid(long from, long until) {
            notBefore = from;
            notAfter = until;
            return this;
        }

        /** Signed in another way, as the JDK names it. */
        public Builder signature(String algorithm) {
            signature = algorithm;
            return this;
        }

        /** With a signature that nobody made. */
        public Builder forged() {
            forged = true;
            return this;
        }

        public TestCertificate make() {
            try {
                KeyPair keys =
                        KEYS.computeIfAbsent(
                                key + "/" + (keyName.isEmpty() ? subject : keyName),
                                any -> generate(key));
                KeyPair signer = issuer == null ? keys : issuer.keys;
                String algorithm = signature.isEmpty() ? signatureOf(signer) : signature;
                ASN1Encodable tbs = tbs(keys, identifier(algorithm));
                byte[] octets = sign(tbs, algorithm, signer);
                if (forged) {
                    octets[octets.length - 1] ^= 1;
                }
                return new TestCertificate(
                        CertificateReader.certificate(signed(tbs, identifier(algorithm), octets)),
                        keys);
            } catch (Exception e) {
                throw new AssertionError("cannot make a certificate of " + subject, e);
            }
        }

        private ASN1Encodable tbs(KeyPair keys, AlgorithmIdentifier algorithm) {
            X500Name own = new X500Name(BCStyle.INSTANCE, subject);
            X500Name issuing =
                    !issuerName.isEmpty()
                            ? new X500Name(BCStyle.INSTANCE, issuerName)
                            : issuer == null
                                    ? own
                                    : X500Name.getInstance(
                                            issuer.certificate
                                                    .getSubjectX500Principal()
                                                    .getEncoded());
            V3TBSCertificateGenerator tbs = new V3TBSCertificateGenerator();
            tbs.setSerialNumber(new ASN1Integer(BigInteger.valueOf(serial++)));
            tbs.setSignature(algorithm);
            tbs.setIssuer(issuing);
            tbs.setSubject(own);
            tbs.setStartDate(new Time(CertificateTime.date(notBefore)));
            tbs.setEndDate(new Time(CertificateTime.date(notAfter)));
            tbs.setSubjectPublicKeyInfo(
                    SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()));
            if (!extensions.isEmpty()) {
                tbs.setExtensions(new Extensions(extensions.toArray(Extension[]::new)));
            }
            return tbs.generateTBSCertificate();
        }
    }

    private static byte[] signed(ASN1Encodable tbs, AlgorithmIdentifier algorithm, byte[] octets) {
        ASN1EncodableVector parts = new ASN1EncodableVector();
        parts.add(tbs);
        parts.add(algorithm);
        parts.add(new DERBitString(octets));
        return Der.bytes(new DERSequence(parts));
    }

    private static byte[] sign(ASN1Encodable tbs, String algorithm, KeyPair signer)
            throws GeneralSecurityException {
        Signature engine = Signature.getInstance(algorithm);
        engine.initSign(signer.getPrivate());
        engine.update(Der.bytes(tbs.toASN1Primitive()));
        return engine.sign();
    }

    private static String signatureOf(KeyPair keys) {
        return keys.getPrivate().getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA";
    }

    private static AlgorithmIdentifier identifier(String algorithm) {
        for (SignatureScheme scheme : SignatureScheme.values()) {
            try {
                if (scheme.engine().getAlgorithm().equals(algorithm)) {
                    return AlgorithmIdentifier.getInstance(
                            scheme.algorithmIdentifier().toByteArray());
                }
            } catch (GeneralSecurityException e) {
                throw new AssertionError(e);
            }
        }
        return switch (algorithm) {
            case "SHA1withRSA" ->
                    new AlgorithmIdentifier(
                            PKCSObjectIdentifiers.sha1WithRSAEncryption, DERNull.INSTANCE);
            case "MD5withRSA" ->
                    new AlgorithmIdentifier(
                            PKCSObjectIdentifiers.md5WithRSAEncryption, DERNull.INSTANCE);
            default -> throw new AssertionError(algorithm);
        };
    }

    private static KeyPair generate(String kind) {
        try {
            if (kind.startsWith("secp")) {
                KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
                generator.initialize(new ECGenParameterSpec(kind));
                return generator.generateKeyPair();
            }
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(Integer.parseInt(kind));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
