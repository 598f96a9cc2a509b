package culvert.ike.certificate;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.ike.message.AuthPayload;
import culvert.ike.message.Octets;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSASSAPSSparams;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** AUTH by signature, as RFC 7427, RFC 7296 and RFC 4754 have it. */
class AuthSignatureTest {
    private static final byte[] SIGNED = {1, 2, 3, 4, 5};
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Set<SignatureHash> ALL = EnumSet.allOf(SignatureHash.class);
    private static final TestCertificate RSA =
            TestCertificate.root("CN=rsa").key(TestCertificate.RSA_2048).make();
    private static final TestCertificate EC =
            TestCertificate.root("CN=ec").key(TestCertificate.P256).make();

    private static TestCertificate of(String kind) {
        return TestCertificate.root("CN=key " + kind).key(kind).make();
    }

    private static void refuse(String words, AuthPayload auth, TestCertificate signer) {
        CertificateProblem problem =
                assertThrows(
                        CertificateProblem.class,
                        () -> AuthSignature.require(auth, signer.keys().getPublic(), SIGNED));
        assertTrue(problem.what().contains(words), problem.what());
    }

    @ParameterizedTest
    @CsvSource({
        TestCertificate.P256 + ", 14, 9",
        TestCertificate.P384 + ", 14, 10",
        TestCertificate.P521 + ", 14, 11",
        TestCertificate.RSA_2048 + ", 14, 1",
    })
    void whatIsSignedIsBelieved(String kind, int method, int legacyMethod) throws Exception {
        TestCertificate signer = of(kind);
        for (OwnCertificate.RsaPadding padding : OwnCertificate.RsaPadding.values()) {
            OwnCertificate own =
                    new OwnCertificate(List.of(signer.certificate()), signer.signingKey(), padding);
            for (SignatureHash hash : SignatureHash.values()) {
                AuthPayload auth = AuthSignature.sign(own, Set.of(hash), SIGNED, RANDOM);
                assertEquals(method, auth.method());
                AuthSignature.require(auth, signer.keys().getPublic(), SIGNED);
                refuse("not by the key", flipLast(auth), signer);
            }
            AuthPayload legacy = AuthSignature.sign(own, Set.of(), SIGNED, RANDOM);
            assertEquals(legacyMethod, legacy.method());
            AuthSignature.require(legacy, signer.keys().getPublic(), SIGNED);
            refuse("not by the key", flipLast(legacy), signer);
        }
    }

    private static AuthPayload flipLast(AuthPayload auth) {
        byte[] data = auth.data().toByteArray();
        data[data.length - 1] ^= 1;
        return new AuthPayload(auth.method(), Octets.copyOf(data));
    }

    @Test
    void algorithmIdentifiersAreThoseOfTheRfc() {
        // RFC 7427 A.1.2, A.3.2; A.4.3 with the salt of RFC 8247's SHA-256.
        assertEquals(
                "300d06092a864886f70d01010b0500",
                SignatureScheme.RSA_PKCS1_SHA256.algorithmIdentifier().toString());
        assertEquals(
                "300a06082a8648ce3d040302",
                SignatureScheme.ECDSA_SHA256.algorithmIdentifier().toString());
        assertEquals(
                "304106092a864886f70d01010a3034a00f300d06096086480165030402010500"
                        + "a11c301a06092a864886f70d010108300d06096086480165030402010500"
                        + "a203020120",
                SignatureScheme.RSA_PSS_SHA256.algorithmIdentifier().toString());
    }

    @Test
    void announcementNamesNoSha1() {
        assertEquals("000200030004", SignatureHash.announcement().toString());
        assertEquals(ALL, SignatureHash.announced(SignatureHash.announcement()));
        assertEquals(
                Set.of(SignatureHash.SHA384),
                SignatureHash.announced(Octets.ofHex("0001000300ff0003ff")));
        assertEquals(Set.of(), SignatureHash.announced(Octets.EMPTY));
    }

    @Test
    void hashFollowsWhatThePeerAnnounced() throws Exception {
        AuthPayload auth =
                AuthSignature.sign(EC.own(), Set.of(SignatureHash.SHA512), SIGNED, RANDOM);
        String data = auth.data().toString();
        assertTrue(
                data.startsWith("0c" + SignatureScheme.ECDSA_SHA512.algorithmIdentifier()), data);
    }

    private static AuthPayload named(AlgorithmIdentifier algorithm, byte[] signature) {
        byte[] der = Der.bytes(algorithm);
        byte[] data = new byte[1 + der.length + signature.length];
        data[0] = (byte) der.length;
        System.arraycopy(der, 0, data, 1, der.length);
        System.arraycopy(signature, 0, data, 1 + der.length, signature.length);
        return new AuthPayload(AuthPayload.DIGITAL_SIGNATURE, Octets.copyOf(data));
    }

    private static byte[] signature(Signature engine, PrivateKey key) throws Exception {
        engine.initSign(key);
        engine.update(SIGNED);
        return engine.sign();
    }

    @Test
    void sha1IsRefusedByName() throws Exception {
        byte[] sha1 = signature(Signature.getInstance("SHA1withRSA"), RSA.keys().getPrivate());
        refuse("SHA-1", new AuthPayload(AuthPayload.RSA_SIGNATURE, Octets.copyOf(sha1)), RSA);
        refuse(
                "weak, unknown",
                named(
                        new AlgorithmIdentifier(
                                PKCSObjectIdentifiers.sha1WithRSAEncryption, DERNull.INSTANCE),
                        sha1),
                RSA);
    }

    @Test
    void saltOfAnotherLengthIsRefused() throws Exception {
        // The salt length is the peer's word: nothing may be computed from it.
        AlgorithmIdentifier digest =
                new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256, DERNull.INSTANCE);
        Signature pss = Signature.getInstance("RSASSA-PSS");
        pss.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 20, 1));
        byte[] signature = signature(pss, RSA.keys().getPrivate());
        for (long salt : new long[] {0, 20, 31, 33, 1L << 31, 1L << 62}) {
            RSASSAPSSparams parameters =
                    new RSASSAPSSparams(
                            digest,
                            new AlgorithmIdentifier(PKCSObjectIdentifiers.id_mgf1, digest),
                            new ASN1Integer(salt),
                            new ASN1Integer(1));
            refuse(
                    "weak, unknown",
                    named(
                            new AlgorithmIdentifier(
                                    PKCSObjectIdentifiers.id_RSASSA_PSS, parameters),
                            signature),
                    RSA);
        }
    }

    @Test
    void hashWithoutParametersIsTheSame() throws Exception {
        // RFC 4055 2.1: both forms occur.
        AlgorithmIdentifier bare = new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256);
        RSASSAPSSparams parameters =
                new RSASSAPSSparams(
                        bare,
                        new AlgorithmIdentifier(PKCSObjectIdentifiers.id_mgf1, bare),
                        new ASN1Integer(32),
                        new ASN1Integer(1));
        AuthPayload auth =
                named(
                        new AlgorithmIdentifier(PKCSObjectIdentifiers.id_RSASSA_PSS, parameters),
                        signature(
                                SignatureScheme.RSA_PSS_SHA256.engine(), RSA.keys().getPrivate()));
        assertDoesNotThrow(() -> AuthSignature.require(auth, RSA.keys().getPublic(), SIGNED));
    }

    @Test
    void algorithmMustFitTheKey() {
        AuthPayload byRsa = AuthSignature.sign(RSA.own(), ALL, SIGNED, RANDOM);
        AuthPayload byEc = AuthSignature.sign(EC.own(), ALL, SIGNED, RANDOM);
        refuse("not its key's", byRsa, EC);
        refuse("not its key's", byEc, RSA);
        refuse("not by the key", AuthSignature.sign(RSA.own(), Set.of(), SIGNED, RANDOM), EC);
        refuse("not by the key", AuthSignature.sign(EC.own(), Set.of(), SIGNED, RANDOM), RSA);
        refuse(
                "not by the key",
                new AuthPayload(
                        AuthPayload.ECDSA_P384,
                        AuthSignature.sign(EC.own(), Set.of(), SIGNED, RANDOM).data()),
                EC);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00",
                "ff",
                "0c",
                "0c300a06082a8648ce3d040302",
                "0c300a06082a8648ce3d04030200",
                "02300001",
                "0230803080",
                "0330010001",
                "0a310806062a864886f70d0001"
            })
    void garbageIsNoSignature(String hex) {
        for (int method : new int[] {1, 9, 10, 11, 14}) {
            AuthPayload auth = new AuthPayload(method, Octets.ofHex(hex));
            refuse("", auth, EC);
            refuse("", auth, RSA);
        }
    }

    @Test
    void otherMethodsAreNamed() {
        refuse("authentication method 13", new AuthPayload(13, Octets.ofHex("0102")), EC);
    }
}
