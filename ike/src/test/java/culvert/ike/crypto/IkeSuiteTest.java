package culvert.ike.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import culvert.model.EspSuite;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IkeSuiteTest {
    @ParameterizedTest
    @CsvSource({
        "aes256gcm16-prfsha384-ecp384, AES256_GCM16, NONE, HMAC_SHA384, ECP384",
        "aes128gcm16-prfsha256-curve25519, AES128_GCM16, NONE, HMAC_SHA256, CURVE25519",
        "aes128-sha1-modp1024, AES128_CBC, HMAC_SHA1_96, HMAC_SHA1, MODP1024",
        "aes256-sha512-modp2048s256, AES256_CBC, HMAC_SHA2_512_256, HMAC_SHA512, MODP2048S256",
        "aes192-sha256-prfsha384-ecp256, AES192_CBC, HMAC_SHA2_256_128, HMAC_SHA384, ECP256",
    })
    void readsAndPrintsTheFormsOfStrongswan(
            String text,
            Encryption encryption,
            Integrity integrity,
            Prf prf,
            KeyExchangeGroup group) {
        IkeSuite suite = IkeSuite.parse(text);
        assertEquals(new IkeSuite(encryption, integrity, prf, group), suite);
        assertEquals(text, suite.toString());
    }

    @Test
    void leavesOutThePrfThatTheHashImplies() {
        assertEquals(
                "aes128-sha256-modp2048",
                IkeSuite.parse("aes128-sha256-prfsha256-modp2048").toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | '' is not an IKE cipher (write one of aes128, aes192, aes256, aes128gcm16,"
                        + " aes192gcm16, aes256gcm16)",
                "3des-sha1-modp1024 | '3des' is not an IKE cipher (write one of aes128, aes192,"
                        + " aes256, aes128gcm16, aes192gcm16, aes256gcm16)",
                "aes256gcm16 | 'aes256gcm16' is not complete"
                        + " (write aes256gcm16-prfsha384-ecp384)",
                "aes256gcm16-ecp384 | 'aes256gcm16-ecp384' is not complete"
                        + " (write aes256gcm16-prfsha384-ecp384)",
                "aes256gcm16-sha384-prfsha384-ecp384 | 'aes256gcm16-sha384-prfsha384-ecp384' is not"
                        + " complete (write aes256gcm16-prfsha384-ecp384)",
                "aes256gcm16-sha384-ecp384 | 'sha384' is not a PRF (write one of prfsha256,"
                        + " prfsha384, prfsha512, prfsha1)",
                "aes128-sha256 | 'aes128-sha256' is not complete (write aes128-sha256-modp2048)",
                "aes128-md5-modp2048 | 'md5' is not an integrity algorithm (write one of sha256,"
                        + " sha384, sha512, sha1)",
                "aes128--modp2048 | '' is not an integrity algorithm (write one of sha256,"
                        + " sha384, sha512, sha1)",
                "aes128-sha256-modp768 | 'modp768' is not a key exchange group (write one of"
                        + " modp2048, modp3072, modp4096, modp6144, modp8192, ecp256, ecp384,"
                        + " ecp521, curve25519)",
            })
    void saysWhatIsWrong(String text, String message) {
        var e = assertThrows(IllegalArgumentException.class, () -> IkeSuite.parse(text));
        assertEquals(message, e.getMessage());
    }

    @Test
    void refusesAnAeadWithIntegrityAndCbcWithout() {
        assertThrows(
                IllegalArgumentException.class,
                () ->
                        new IkeSuite(
                                Encryption.AES128_GCM16,
                                Integrity.HMAC_SHA1_96,
                                Prf.HMAC_SHA1,
                                KeyExchangeGroup.ECP256));
        assertThrows(
                IllegalArgumentException.class,
                () ->
                        new IkeSuite(
                                Encryption.AES128_CBC,
                                Integrity.NONE,
                                Prf.HMAC_SHA1,
                                KeyExchangeGroup.ECP256));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "aes256gcm16-ecp384",
                "aes128gcm16",
                "aes128gcm16-modp1024",
                "aes256gcm16-ecp384-esn",
                "aes128gcm16-esn"
            })
    void readsAndPrintsEspProposals(String text) {
        assertEquals(text, EspProposal.parse(text).toString());
    }

    @Test
    void readsTheGroupOfAnEspProposalAsPfs() {
        assertEquals(
                new EspProposal(
                        EspSuite.AES256_GCM16,
                        Optional.of(KeyExchangeGroup.ECP384),
                        List.of(),
                        false),
                EspProposal.parse("aes256gcm16-ecp384"));
        assertEquals(
                new EspProposal(EspSuite.AES128_GCM16, Optional.empty(), List.of(), false),
                EspProposal.parse("aes128gcm16"));
        assertEquals(
                new EspProposal(EspSuite.AES128_GCM16, Optional.empty(), List.of(), true),
                EspProposal.parse("aes128gcm16-esn"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "aes256 | 'aes256' is not an ESP cipher (write aes256gcm16 or aes128gcm16)",
                "aes256gcm16-prfsha384-ecp384 | 'aes256gcm16-prfsha384-ecp384' has more than a"
                        + " cipher, a group and esn (write CIPHER-GROUP-esn)",
                "aes256gcm16-esn-ecp384 | 'aes256gcm16-esn-ecp384' has more than a"
                        + " cipher, a group and esn (write CIPHER-GROUP-esn)",
                "aes256gcm16- | '' is not a key exchange group (write one of modp2048, modp3072,"
                        + " modp4096, modp6144, modp8192, ecp256, ecp384, ecp521, curve25519)",
            })
    void saysWhatIsWrongWithAnEspProposal(String text, String message) {
        var e = assertThrows(IllegalArgumentException.class, () -> EspProposal.parse(text));
        assertEquals(message, e.getMessage());
    }
}
