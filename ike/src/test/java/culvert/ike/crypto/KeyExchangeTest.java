package culvert.ike.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import culvert.ike.message.Octets;
import culvert.model.Secret;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.crypto.agreement.DHStandardGroups;
import org.bouncycastle.crypto.params.DHParameters;
import org.bouncycastle.util.BigIntegers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyExchangeTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    static final List<Arguments> SUBGROUPS =
            List.of(
                    arguments(KeyExchangeGroup.MODP1024S160, Rfc5114Groups.MODP1024S160, 160),
                    arguments(KeyExchangeGroup.MODP2048S224, Rfc5114Groups.MODP2048S224, 224),
                    arguments(KeyExchangeGroup.MODP2048S256, Rfc5114Groups.MODP2048S256, 256));

    @ParameterizedTest
    @EnumSource(KeyExchangeGroup.class)
    void agreesOnBothSides(KeyExchangeGroup group) throws InvalidPublicValueException {
        try (KeyExchange a = KeyExchange.generate(group, RANDOM);
                KeyExchange b = KeyExchange.generate(group, RANDOM)) {
            assertNotEquals(a.publicValue(), b.publicValue());
            assertEquals(group.publicValueBytes(), a.publicValue().length());
            Secret shared = a.sharedSecret(b.publicValue());
            assertEquals(shared, b.sharedSecret(a.publicValue()));
            boolean ecp = group.keyword().startsWith("ecp");
            assertEquals(group.publicValueBytes() / (ecp ? 2 : 1), shared.length());
        }
    }

    @ParameterizedTest
    @EnumSource(KeyExchangeGroup.class)
    void refusesValuesOfAnotherLength(KeyExchangeGroup group) {
        try (KeyExchange ours = KeyExchange.generate(group, RANDOM)) {
            int right = group.publicValueBytes();
            for (int wrong : new int[] {0, 1, right - 1, right + 1, 2 * right}) {
                var e =
                        assertThrows(
                                InvalidPublicValueException.class,
                                () -> ours.sharedSecret(Octets.copyOf(new byte[wrong])));
                assertEquals(
                        "a public value of %s has %d octets, this one has %d"
                                .formatted(group.keyword(), right, wrong),
                        e.getMessage());
            }
        }
    }

    /** RFC 6989 2.1 for MODP, 2.3 for ECP; RFC 7748 6.1 for X25519. */
    @ParameterizedTest
    @EnumSource(KeyExchangeGroup.class)
    void refusesAllZerosAndAllOnes(KeyExchangeGroup group) throws InvalidPublicValueException {
        try (KeyExchange ours = KeyExchange.generate(group, RANDOM)) {
            assertThrows(
                    InvalidPublicValueException.class,
                    () -> ours.sharedSecret(Octets.copyOf(new byte[group.publicValueBytes()])));
            // X25519 reads any 32 octets; all ones is an ordinary point there.
            if (group != KeyExchangeGroup.CURVE25519) {
                Octets ones = Octets.ofHex("ff".repeat(group.publicValueBytes()));
                assertThrows(InvalidPublicValueException.class, () -> ours.sharedSecret(ones));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = KeyExchangeGroup.class, mode = EnumSource.Mode.MATCH_ALL, names = "^MODP.*")
    void refusesModpValuesThatGiveAwayTheSecret(KeyExchangeGroup group)
            throws InvalidPublicValueException {
        BigInteger p = prime(group);
        try (KeyExchange ours = KeyExchange.generate(group, RANDOM)) {
            for (BigInteger y :
                    List.of(BigInteger.ONE, p.subtract(BigInteger.ONE), p, p.add(BigInteger.ONE))) {
                var e =
                        assertThrows(
                                InvalidPublicValueException.class,
                                () -> ours.sharedSecret(octets(group, y)));
                assertEquals(
                        "the public value is not between 1 and p-1 of the group", e.getMessage());
            }
        }
    }

    @ParameterizedTest
    @FieldSource("SUBGROUPS")
    void refusesModpValuesOutsideTheSubgroup(
            KeyExchangeGroup group, DHParameters parameters, int orderBits)
            throws InvalidPublicValueException {
        BigInteger p = parameters.getP();
        BigInteger cofactor = p.subtract(BigInteger.ONE).divide(parameters.getQ());
        try (KeyExchange ours = KeyExchange.generate(group, RANDOM)) {
            ours.sharedSecret(octets(group, parameters.getG().modPow(BigInteger.TEN, p)));
            int refused = 0;
            for (int y = 2; y < 40; y++) {
                // In the small subgroup, of an order that divides the cofactor.
                BigInteger small = BigInteger.valueOf(y).modPow(parameters.getQ(), p);
                if (small.compareTo(BigInteger.ONE) > 0) {
                    assertEquals(BigInteger.ONE, small.modPow(cofactor, p));
                    var e =
                            assertThrows(
                                    InvalidPublicValueException.class,
                                    () -> ours.sharedSecret(octets(group, small)));
                    assertEquals(
                            "the public value lies outside the subgroup of the group",
                            e.getMessage());
                    refused++;
                }
            }
            assertTrue(refused > 0);
        }
    }

    @ParameterizedTest
    @FieldSource("SUBGROUPS")
    void knowsTheGroupsOfRfc5114(KeyExchangeGroup group, DHParameters parameters, int orderBits) {
        assertEquals(group.publicValueBytes() * 8, parameters.getP().bitLength());
        assertEquals(orderBits, parameters.getQ().bitLength());
        assertTrue(parameters.getP().isProbablePrime(20));
        assertTrue(parameters.getQ().isProbablePrime(20));
        assertEquals(
                BigInteger.ONE, parameters.getG().modPow(parameters.getQ(), parameters.getP()));
    }

    /** RFC 7296 2.14: leading zeros are kept. */
    @Test
    void padsModpValuesToTheLengthOfThePrime() throws InvalidPublicValueException {
        ModpKey two = new ModpKey(DHStandardGroups.rfc2409_1024, BigInteger.TWO);
        try (KeyExchange exchange = new KeyExchange(KeyExchangeGroup.MODP1024, two)) {
            assertEquals(Octets.ofHex("00".repeat(127) + "04"), exchange.publicValue());
            Secret shared = exchange.sharedSecret(Octets.ofHex("00".repeat(127) + "05"));
            assertEquals("00".repeat(127) + "19", HexFormat.of().formatHex(shared.octets()));
        }
    }

    /** RFC 5903 8.1 to 8.3. */
    static Stream<Arguments> rfc5903() {
        return Stream.of(
                arguments(
                        KeyExchangeGroup.ECP256,
                        "secp256r1",
                        "C88F01F510D9AC3F70A292DAA2316DE544E9AAB8AFE84049C62A9C57862D1433",
                        "DAD0B65394221CF9B051E1FECA5787D098DFE637FC90B9EF945D0C3772581180"
                                + "5271A0461CDB8252D61F1C456FA3E59AB1F45B33ACCF5F58389E0577B8990BB3",
                        "C6EF9C5D78AE012A011164ACB397CE2088685D8F06BF9BE0B283AB46476BEE53",
                        "D12DFB5289C8D4F81208B70270398C342296970A0BCCB74C736FC7554494BF63"
                                + "56FBF3CA366CC23E8157854C13C58D6AAC23F046ADA30F8353E74F33039872AB",
                        "D6840F6B42F6EDAFD13116E0E12565202FEF8E9ECE7DCE03812464D04B9442DE"),
                arguments(
                        KeyExchangeGroup.ECP384,
                        "secp384r1",
                        "099F3C7034D4A2C699884D73A375A67F7624EF7C6B3C0F160647B67414DCE655"
                                + "E35B538041E649EE3FAEF896783AB194",
                        "667842D7D180AC2CDE6F74F37551F55755C7645C20EF73E31634FE72B4C55EE6"
                                + "DE3AC808ACB4BDB4C88732AEE95F41AA"
                                + "9482ED1FC0EEB9CAFC4984625CCFC23F65032149E0E144ADA024181535A0F38E"
                                + "EB9FCFF3C2C947DAE69B4C634573A81C",
                        "41CB0779B4BDB85D47846725FBEC3C9430FAB46CC8DC5060855CC9BDA0AA2942"
                                + "E0308312916B8ED2960E4BD55A7448FC",
                        "E558DBEF53EECDE3D3FCCFC1AEA08A89A987475D12FD950D83CFA41732BC509D"
                                + "0D1AC43A0336DEF96FDA41D0774A3571"
                                + "DCFBEC7AACF3196472169E838430367F66EEBE3C6E70C416DD5F0C68759DD1FF"
                                + "F83FA40142209DFF5EAAD96DB9E6386C",
                        "11187331C279962D93D604243FD592CB9D0A926F422E47187521287E7156C5C4"
                                + "D603135569B9E9D09CF5D4A270F59746"),
                arguments(
                        KeyExchangeGroup.ECP521,
                        "secp521r1",
                        "0037ADE9319A89F4DABDB3EF411AACCCA5123C61ACAB57B5393DCE47608172A0"
                                + "95AA85A30FE1C2952C6771D937BA9777F5957B2639BAB072462F68C27A57382D"
                                + "4A52",
                        "0015417E84DBF28C0AD3C278713349DC7DF153C897A1891BD98BAB4357C9ECBE"
                                + "E1E3BF42E00B8E380AEAE57C2D107564941885942AF5A7F4601723C4195D176C"
                                + "ED3E"
                                + "017CAE20B6641D2EEB695786D8C946146239D099E18E1D5A514C739D7CB4A10A"
                                + "D8A788015AC405D7799DC75E7B7D5B6CF2261A6A7F1507438BF01BEB6CA3926F"
                                + "9582",
                        "0145BA99A847AF43793FDD0E872E7CDFA16BE30FDC780F97BCCC3F078380201E"
                                + "9C677D600B343757A3BDBF2A3163E4C2F869CCA7458AA4A4EFFC311F5CB15168"
                                + "5EB9",
                        "00D0B3975AC4B799F5BEA16D5E13E9AF971D5E9B984C9F39728B5E5739735A21"
                                + "9B97C356436ADC6E95BB0352F6BE64A6C2912D4EF2D0433CED2B6171640012D9"
                                + "460F"
                                + "015C68226383956E3BD066E797B623C27CE0EAC2F551A10C2C724D9852077B87"
                                + "220B6536C5C408A1D2AEBB8E86D678AE49CB57091F4732296579AB44FCD17F0F"
                                + "C56A",
                        "01144C7D79AE6956BC8EDB8E7C787C4521CB086FA64407F97894E5E6B2D79B04"
                                + "D1427E73CA4BAA240A34786859810C06B3C715A3A8CC3151F2BEE417996D19F3"
                                + "DDEA"));
    }

    @ParameterizedTest
    @MethodSource("rfc5903")
    void agreesWithTheExchangesOfRfc5903(
            KeyExchangeGroup group,
            String curve,
            String i,
            String gI,
            String r,
            String gR,
            String gIr)
            throws InvalidPublicValueException {
        try (KeyExchange initiator =
                        new KeyExchange(group, new EcpKey(curve, new BigInteger(i, 16)));
                KeyExchange responder =
                        new KeyExchange(group, new EcpKey(curve, new BigInteger(r, 16)))) {
            assertEquals(octets(gI), initiator.publicValue());
            assertEquals(octets(gR), responder.publicValue());
            assertEquals(secret(gIr), initiator.sharedSecret(responder.publicValue()));
            assertEquals(secret(gIr), responder.sharedSecret(initiator.publicValue()));
        }
    }

    @ParameterizedTest
    @MethodSource("rfc5903")
    void refusesPointsThatAreNotOnTheCurve(
            KeyExchangeGroup group,
            String curve,
            String i,
            String gI,
            String r,
            String gR,
            String gIr)
            throws InvalidPublicValueException {
        BigInteger scalar = new BigInteger(i, 16);
        try (KeyExchange ours = new KeyExchange(group, new EcpKey(curve, scalar))) {
            byte[] point = HexFormat.of().parseHex(gR);
            for (int at :
                    new int[] {1, point.length / 2 - 1, point.length / 2 + 1, point.length - 1}) {
                byte[] off = point.clone();
                off[at] ^= 1;
                var e =
                        assertThrows(
                                InvalidPublicValueException.class,
                                () -> ours.sharedSecret(Octets.copyOf(off)));
                assertEquals("the public value is no point of the curve", e.getMessage());
            }
            // x | 0 and 0 | y
            String half = "0".repeat(gR.length() / 2);
            for (String off :
                    List.of(
                            gR.substring(0, gR.length() / 2) + half,
                            half + gR.substring(gR.length() / 2))) {
                assertThrows(
                        InvalidPublicValueException.class, () -> ours.sharedSecret(octets(off)));
            }
        }
    }

    /** RFC 7748 6.1. */
    @Test
    void agreesWithTheExchangeOfRfc7748() throws InvalidPublicValueException {
        try (KeyExchange alice =
                        x25519("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
                KeyExchange bob =
                        x25519(
                                "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb")) {
            assertEquals(
                    octets("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"),
                    alice.publicValue());
            assertEquals(
                    octets("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"),
                    bob.publicValue());
            Secret shared =
                    secret("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
            assertEquals(shared, alice.sharedSecret(bob.publicValue()));
            assertEquals(shared, bob.sharedSecret(alice.publicValue()));
        }
    }

    /** The points of order 1, 2, 4 and 8, and those of them that are also written above p. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000000000000000000000000000000000000000000000000000000000000000",
                "0100000000000000000000000000000000000000000000000000000000000000",
                "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            })
    void refusesPointsOfSmallOrder(String point) {
        try (KeyExchange ours = KeyExchange.generate(KeyExchangeGroup.CURVE25519, RANDOM)) {
            var e =
                    assertThrows(
                            InvalidPublicValueException.class,
                            () -> ours.sharedSecret(octets(point)));
            assertEquals("the public value is a point of small order", e.getMessage());
        }
    }

    @ParameterizedTest
    @CsvSource({"MODP2048", "ECP256", "CURVE25519"})
    void isOfNoUseOnceClosed(KeyExchangeGroup group) {
        KeyExchange ours = KeyExchange.generate(group, RANDOM);
        Octets publicValue = ours.publicValue();
        ours.close();
        ours.close();
        assertEquals(publicValue, ours.publicValue());
        assertThrows(IllegalStateException.class, () -> ours.sharedSecret(publicValue));
        assertEquals("KeyExchange[" + group.keyword() + "]", ours.toString());
    }

    private static KeyExchange x25519(String scalarHex) {
        return new KeyExchange(
                KeyExchangeGroup.CURVE25519, new X25519Key(HexFormat.of().parseHex(scalarHex)));
    }

    private static BigInteger prime(KeyExchangeGroup group) {
        return switch (group) {
            case MODP1024 -> DHStandardGroups.rfc2409_1024.getP();
            case MODP2048 -> DHStandardGroups.rfc3526_2048.getP();
            case MODP3072 -> DHStandardGroups.rfc3526_3072.getP();
            case MODP4096 -> DHStandardGroups.rfc3526_4096.getP();
            case MODP6144 -> DHStandardGroups.rfc3526_6144.getP();
            case MODP8192 -> DHStandardGroups.rfc3526_8192.getP();
            case MODP1024S160 -> Rfc5114Groups.MODP1024S160.getP();
            case MODP2048S224 -> Rfc5114Groups.MODP2048S224.getP();
            case MODP2048S256 -> Rfc5114Groups.MODP2048S256.getP();
            case ECP256, ECP384, ECP521, CURVE25519 ->
                    throw new IllegalArgumentException(group + " is no MODP group");
        };
    }

    private static Octets octets(KeyExchangeGroup group, BigInteger value) {
        return Octets.copyOf(BigIntegers.asUnsignedByteArray(group.publicValueBytes(), value));
    }

    private static Octets octets(String hex) {
        return Octets.ofHex(hex);
    }

    private static Secret secret(String hex) {
        return Secret.owning(HexFormat.of().parseHex(hex));
    }
}
