package culvert.ike.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PrfTest {
    /** RFC 2202 3 and RFC 4231 4.2, 4.3. */
    @ParameterizedTest
    @CsvSource({
        "HMAC_SHA1, 0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b, Hi There,"
                + "b617318655057264e28bc0b6fb378c8ef146be00",
        "HMAC_SHA1, 4a656665, what do ya want for nothing?,"
                + "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
        "HMAC_SHA256, 0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b, Hi There,"
                + "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        "HMAC_SHA256, 4a656665, what do ya want for nothing?,"
                + "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        "HMAC_SHA384, 0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b, Hi There,"
                + "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59c"
                + "faea9ea9076ede7f4af152e8b2fa9cb6",
        "HMAC_SHA384, 4a656665, what do ya want for nothing?,"
                + "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e"
                + "8e2240ca5e69e2c78b3239ecfab21649",
        "HMAC_SHA512, 0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b, Hi There,"
                + "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde"
                + "daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854",
        "HMAC_SHA512, 4a656665, what do ya want for nothing?,"
                + "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
                + "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
    })
    void givesTheOutputsOfTheRfcs(Prf prf, String keyHex, String data, String outputHex) {
        byte[] octets = data.getBytes(StandardCharsets.US_ASCII);
        byte[] key = HexFormat.of().parseHex(keyHex);
        assertEquals(outputHex, HexFormat.of().formatHex(prf.compute(key, octets)));
        assertEquals(prf.outputBytes(), outputHex.length() / 2);
    }

    @Property(tries = 200)
    void agreesWithTheDefinitionOfPrfPlus(
            @ForAll Prf prf,
            @ForAll byte[] key,
            @ForAll byte[] seed,
            @ForAll @IntRange(max = 400) int lengthBytes) {
        assertArrayEquals(
                SlowKeys.prfPlus(prf, key, seed, lengthBytes),
                prf.plus(key, seed, lengthBytes).octets());
    }

    @ParameterizedTest
    @EnumSource(Prf.class)
    void stopsWhereTheCounterOfPrfPlusEnds(Prf prf) {
        byte[] key = {1};
        assertEquals(255 * prf.outputBytes(), prf.plus(key, key, 255 * prf.outputBytes()).length());
        assertThrows(
                IllegalArgumentException.class,
                () -> prf.plus(key, key, 255 * prf.outputBytes() + 1));
    }

    @Test
    void takesAnEmptyKey() {
        assertEquals(
                "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad",
                HexFormat.of().formatHex(Prf.HMAC_SHA256.compute(new byte[0])));
    }
}
