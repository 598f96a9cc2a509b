package culvert.ike.certificate;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Set;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Private keys in PEM. */
class SigningKeyTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final TestCertificate RSA =
            TestCertificate.root("CN=rsa").key(TestCertificate.RSA_2048).make();
    private static final TestCertificate EC =
            TestCertificate.root("CN=ec").key(TestCertificate.P384).make();

    private static byte[] pkcs8(TestCertificate certificate) {
        return TestCertificate.pem("PRIVATE KEY", certificate.keys().getPrivate().getEncoded());
    }

    private static byte[] traditional(TestCertificate certificate, String label) throws Exception {
        PrivateKeyInfo info =
                PrivateKeyInfo.getInstance(certificate.keys().getPrivate().getEncoded());
        if (!label.startsWith("EC")) {
            return TestCertificate.pem(label, Der.bytes(info.parsePrivateKey().toASN1Primitive()));
        }
        // OpenSSL writes the curve into the key.
        ECPrivateKey key = ECPrivateKey.getInstance(info.parsePrivateKey());
        return TestCertificate.pem(
                label,
                Der.bytes(
                        new ECPrivateKey(
                                384, key.getKey(), info.getPrivateKeyAlgorithm().getParameters())));
    }

    private static void assertSignsFor(byte[] pem, TestCertificate certificate) throws Exception {
        try (SigningKey key = SigningKey.read(pem)) {
            assertTrue(key.belongsTo(certificate.keys().getPublic(), RANDOM));
        }
    }

    private static void refuse(String words, byte[] pem) {
        CertificateProblem problem =
                assertThrows(CertificateProblem.class, () -> SigningKey.read(pem));
        assertTrue(problem.what().contains(words), problem.what());
        assertTrue(problem.hint().length() > 10, problem.hint());
    }

    @Test
    void readsEveryFormOfPem() throws Exception {
        assertSignsFor(pkcs8(RSA), RSA);
        assertSignsFor(pkcs8(EC), EC);
        assertSignsFor(traditional(RSA, "RSA PRIVATE KEY"), RSA);
        assertSignsFor(traditional(EC, "EC PRIVATE KEY"), EC);
        assertSignsFor(
                joined(
                        "some words before\n".getBytes(StandardCharsets.US_ASCII),
                        TestCertificate.pem(
                                "EC PARAMETERS", Der.bytes(X9ObjectIdentifiers.prime256v1)),
                        new String(pkcs8(EC), StandardCharsets.US_ASCII)
                                .replace("\n", "\r\n")
                                .getBytes(StandardCharsets.US_ASCII)),
                EC);
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    @Test
    void keyOfAnotherCertificateIsNoticed() throws Exception {
        try (SigningKey key = SigningKey.read(pkcs8(RSA))) {
            assertFalse(key.belongsTo(EC.keys().getPublic(), RANDOM));
            assertFalse(
                    key.belongsTo(
                            TestCertificate.root("CN=other")
                                    .key(TestCertificate.RSA_2048)
                                    .make()
                                    .keys()
                                    .getPublic(),
                            RANDOM));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', no private key",
        "'-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', no private key",
        "'-----BEGIN PRIVATE KEY-----\nMIIB', does not end",
        "'-----BEGIN PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----', does not end",
        "'-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----', not base64",
        "'-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----', not base64",
        "'-----BEGIN PRIVATE KEY-----\nMAMCAQA=\n-----END PRIVATE KEY-----', cannot be read",
        "'-----BEGIN PRIVATE KEY-----\n/////w==\n-----END PRIVATE KEY-----', cannot be read",
        "'-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAMCAQA=\n-----END ENCRYPTED PRIVATE KEY-----', encrypted",
        "'-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nMAMC\n-----END RSA PRIVATE KEY-----', encrypted",
    })
    void whatIsNoKeyIsSaid(String text, String words) {
        refuse(words, text.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void twoKeysAreOneTooMany() {
        refuse("2 private keys", joined(pkcs8(RSA), pkcs8(EC)));
    }

    @Test
    void wordsTellNothingOfTheKey() throws Exception {
        try (SigningKey key = SigningKey.read(pkcs8(EC))) {
            assertEquals("SigningKey[EC]", key.toString());
            assertEquals(
                    "SigningKey[EC]",
                    EC.own().toString().replaceAll("(?s).*(SigningKey\\[.*?]).*", "$1"));
        }
    }

    @Test
    void closedKeySignsNoMore() throws Exception {
        OwnCertificate own = EC.own();
        own.key().close();
        assertThrows(
                IllegalStateException.class,
                () ->
                        AuthSignature.sign(
                                own, Set.of(SignatureHash.SHA384), new byte[] {1}, RANDOM));
    }

    @Test
    void garbageEndsInWords() {
        java.util.Random random = new java.util.Random(3);
        for (int i = 0; i < 1000; i++) {
            byte[] pem = pkcs8(EC);
            pem[random.nextInt(pem.length)] = (byte) random.nextInt(128);
            try (SigningKey key = SigningKey.read(pem)) {
                assertDoesNotThrow(() -> key.belongsTo(EC.keys().getPublic(), RANDOM));
            } catch (CertificateProblem refused) {
                assertTrue(refused.what().length() > 5);
            }
        }
    }
}
