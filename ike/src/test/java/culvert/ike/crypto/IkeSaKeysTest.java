package culvert.ike.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.ike.message.IkeSpi;
import culvert.ike.message.Octets;
import culvert.ike.message.Payload.Side;
import culvert.ike.message.SkCipher;
import culvert.model.EspSuite;
import culvert.model.Secret;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class IkeSaKeysTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    // NIST CAVP, SP 800-135 IKEv2 KDF with SHA-1: its 132 octets are just those of this suite.
    private static final IkeSuite CAVP_SUITE = IkeSuite.parse("aes128-sha1-modp1024");
    private static final Octets NI = Octets.ofHex("32b50d5f4a3763f3");
    private static final Octets NR = Octets.ofHex("9206a04b26564cb1");
    private static final IkeSpi SPI_I = new IkeSpi(0x34c9e7c188868785L);
    private static final IkeSpi SPI_R = new IkeSpi(0x3ff77d760d2b2199L);
    private static final String G_IR =
            "4b2c1f971981a8ad8d0abeafabf38cf75fc8349c148142465ed9c8b516b8be52";
    private static final String G_IR_NEW =
            "863f3c9d06efd39d2b907b97f8699e5dd5251ef64a2a176f36ee40c87d4f9330";
    private static final String KEYMAT =
            "a14293677cc80ff8f9cc0eee30d895da9d8f405666e30ef0dfcb63c634a46002"
                    + "a2a63080e514a062768b76606f9fa5e992204fc5a670bde3f10d6b027113936a"
                    + "5c55b648a194ae587b0088d52204b702c979fa280870d2ed41efa9c549fd1119"
                    + "8af1670b143d384bd275c5f594cf266b05ebadca855e4249520a441a81157435"
                    + "a7a56cc4";
    private static final String SKEYSEED_REKEY = "63e81194946ebd05df7df5ebf5d8750056bf1f1d";

    private static IkeSaKeys cavpKeys() {
        return IkeSaKeys.derive(CAVP_SUITE, secret(G_IR), NI, NR, SPI_I, SPI_R);
    }

    @Test
    void derivesTheKeysOfNist() {
        assertEquals(KEYMAT, inOrder(cavpKeys()));
    }

    @Test
    void rekeysFromTheSeedOfNist() {
        IkeSpi newI = new IkeSpi(5);
        IkeSpi newR = new IkeSpi(6);
        IkeSaKeys rekeyed =
                IkeSaKeys.rekey(
                        CAVP_SUITE,
                        cavpKeys(),
                        secret(G_IR_NEW),
                        NI,
                        NR,
                        Optional.empty(),
                        newI,
                        newR);
        byte[] seed = HexFormat.of().parseHex("" + NI + NR + newI + newR);
        byte[] expected =
                SlowKeys.prfPlus(Prf.HMAC_SHA1, HexFormat.of().parseHex(SKEYSEED_REKEY), seed, 132);
        assertEquals(HexFormat.of().formatHex(expected), inOrder(rekeyed));
    }

    @Test
    void ppkChangesTheKeysThatOthersAreDerivedFrom() {
        Secret ppk = secret("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
        IkeSaKeys keys = cavpKeys();
        String before = inOrder(keys);
        Secret plain = keys.skD();
        keys.adopt(keys.withPpk(ppk));

        // SK_d, SK_pi and SK_pr have 20 octets each, at both ends of the 132.
        String protecting = before.substring(40, 2 * (132 - 40));
        assertEquals(
                mixed(ppk, before.substring(0, 40))
                        + protecting
                        + mixed(ppk, before.substring(184, 224))
                        + mixed(ppk, before.substring(224)),
                inOrder(keys));
        assertTrue(plain.isWiped());
        assertTrue(keys.dependOnPpk());
        keys.close();
        assertTrue(keys.skD().isWiped() && keys.skPi().isWiped() && keys.skPr().isWiped());
    }

    private static String mixed(Secret ppk, String key) {
        return HexFormat.of()
                .formatHex(
                        SlowKeys.prfPlus(
                                Prf.HMAC_SHA1, ppk.octets(), HexFormat.of().parseHex(key), 20));
    }

    /** RFC 7296 2.18: the old PRF makes SKEYSEED, the new one everything else. */
    @Test
    void rekeysAcrossDifferentPrfs() {
        IkeSuite suite = IkeSuite.parse("aes256gcm16-prfsha384-ecp384");
        IkeSaKeys rekeyed =
                IkeSaKeys.rekey(
                        suite,
                        cavpKeys(),
                        secret(G_IR_NEW),
                        NI,
                        NR,
                        Optional.empty(),
                        SPI_I,
                        SPI_R);
        byte[] seed = HexFormat.of().parseHex("" + NI + NR + SPI_I + SPI_R);
        byte[] expected =
                SlowKeys.prfPlus(
                        Prf.HMAC_SHA384,
                        HexFormat.of().parseHex(SKEYSEED_REKEY),
                        seed,
                        3 * 48 + 2 * 36);
        assertEquals(HexFormat.of().formatHex(expected), inOrder(rekeyed));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "aes256gcm16-prfsha384-ecp384",
                "aes128gcm16-prfsha256-curve25519",
                "aes128-sha256-modp2048",
                "aes256-sha512-prfsha1-ecp521",
            })
    void takesEveryKeyInTheOrderOfTheRfc(String name) {
        IkeSuite suite = IkeSuite.parse(name);
        IkeSaKeys keys = IkeSaKeys.derive(suite, secret(G_IR), NI, NR, SPI_I, SPI_R);
        int lengthBytes =
                3 * suite.prf().outputBytes()
                        + 2 * suite.integrity().keyBytes()
                        + 2 * suite.encryption().keymatBytes();
        byte[] skeyseed =
                suite.prf()
                        .compute(
                                HexFormat.of().parseHex("" + NI + NR),
                                HexFormat.of().parseHex(G_IR));
        byte[] seed = HexFormat.of().parseHex("" + NI + NR + SPI_I + SPI_R);
        assertEquals(
                HexFormat.of()
                        .formatHex(SlowKeys.prfPlus(suite.prf(), skeyseed, seed, lengthBytes)),
                inOrder(keys));
    }

    @ParameterizedTest
    @EnumSource(EspSuite.class)
    void cutsChildKeysByDirection(EspSuite esp) {
        IkeSaKeys keys = cavpKeys();
        for (Optional<Secret> shared :
                List.of(Optional.<Secret>empty(), Optional.of(secret(G_IR_NEW)))) {
            byte[] seed = HexFormat.of().parseHex((shared.isPresent() ? G_IR_NEW : "") + NI + NR);
            byte[] keymat =
                    SlowKeys.prfPlus(
                            Prf.HMAC_SHA1, keys.skD().octets(), seed, 2 * esp.keymatBytes());
            ChildSaKeys child = keys.childKeys(esp, NI, NR, shared, Optional.empty());
            assertArrayEquals(
                    Arrays.copyOf(keymat, esp.keymatBytes()),
                    child.initiatorToResponder().octets());
            assertArrayEquals(
                    Arrays.copyOfRange(keymat, esp.keymatBytes(), keymat.length),
                    child.responderToInitiator().octets());
        }
    }

    @Test
    void leavesTheSharedSecretToItsOwner() {
        Secret shared = secret(G_IR);
        IkeSaKeys keys = IkeSaKeys.derive(CAVP_SUITE, shared, NI, NR, SPI_I, SPI_R);
        keys.childKeys(EspSuite.AES128_GCM16, NI, NR, Optional.of(shared), Optional.empty())
                .close();
        assertEquals(G_IR, hex(shared));
    }

    /** Two ciphers of one key would both begin with IV 0, and GCM would be broken. */
    @Test
    void handsOutOneCipherPerDirection() {
        IkeSaKeys keys = keysOf("aes256gcm16-prfsha384-ecp384");
        SkCipher initiator = keys.cipher(Side.INITIATOR, RANDOM);
        assertSame(initiator, keys.cipher(Side.INITIATOR, RANDOM));
        assertNotSame(initiator, keys.cipher(Side.RESPONDER, RANDOM));
        assertSame(keys.cipher(Side.RESPONDER, RANDOM), keys.cipher(Side.RESPONDER, RANDOM));
    }

    @ParameterizedTest
    @ValueSource(strings = {"aes256gcm16-prfsha384-ecp384", "aes128-sha256-modp2048"})
    void endsEveryUseWhenClosed(String suite) {
        IkeSaKeys keys = keysOf(suite);
        SkCipher cipher = keys.cipher(Side.INITIATOR, RANDOM);
        byte[] sealed = cipher.seal(new byte[32], new byte[8]);
        keys.close();
        assertTrue(keys.skD().isWiped() && keys.skPi().isWiped() && keys.skPr().isWiped());
        assertThrows(IllegalStateException.class, () -> cipher.seal(new byte[32], new byte[8]));
        assertThrows(IllegalStateException.class, () -> cipher.open(new byte[32], sealed));
        assertThrows(IllegalStateException.class, keys::export);
    }

    @Test
    void exportsALineForThePacketAnalyser() {
        IkeKeyExport export = cavpKeys().export();
        assertEquals(
                "34c9e7c188868785,3ff77d760d2b2199,"
                        + KEYMAT.substring(120, 152)
                        + ","
                        + KEYMAT.substring(152, 184)
                        + ",\"AES-CBC-128 [RFC3602]\","
                        + KEYMAT.substring(40, 80)
                        + ","
                        + KEYMAT.substring(80, 120)
                        + ",\"HMAC_SHA1_96 [RFC2404]\"",
                export.analyserLine());

        IkeKeyExport gcm = keysOf("aes256gcm16-prfsha384-ecp384").export();
        assertEquals(72, gcm.skEi().length());
        assertTrue(
                gcm.analyserLine()
                        .endsWith(
                                ",\"AES-GCM-256 with 16 octet ICV [RFC5282]\",,,\"NONE [RFC4306]\""),
                gcm.analyserLine());
    }

    @Test
    void showsNoKeyInText() {
        IkeSaKeys keys = cavpKeys();
        String text =
                keys
                        + " "
                        + keys.export()
                        + " "
                        + keys.childKeys(
                                EspSuite.AES256_GCM16, NI, NR, Optional.empty(), Optional.empty())
                        + keys.cipher(Side.INITIATOR, RANDOM);
        IkeKeyExport export = keys.export();
        for (String key :
                List.of(
                        export.skEi(),
                        export.skEr(),
                        export.skAi(),
                        export.skAr(),
                        hex(keys.skD()))) {
            assertFalse(text.contains(key), text);
        }
    }

    private static IkeSaKeys keysOf(String suite) {
        return IkeSaKeys.derive(IkeSuite.parse(suite), secret(G_IR), NI, NR, SPI_I, SPI_R);
    }

    private static String inOrder(IkeSaKeys keys) {
        IkeKeyExport export = keys.export();
        return hex(keys.skD())
                + export.skAi()
                + export.skAr()
                + export.skEi()
                + export.skEr()
                + hex(keys.skPi())
                + hex(keys.skPr());
    }

    private static Secret secret(String hex) {
        return Secret.owning(HexFormat.of().parseHex(hex));
    }

    private static String hex(Secret secret) {
        return HexFormat.of().formatHex(secret.octets());
    }
}
