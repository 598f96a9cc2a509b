package culvert.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpiTest {
    @ParameterizedTest
    @CsvSource({
        "0, 00000000, true",
        "255, 000000ff, true",
        "256, 00000100, false",
        "2147483647, 7fffffff, false",
        "-1, ffffffff, false",
    })
    void printsEightDigitsAndKnowsWhichAreReserved(int value, String text, boolean reserved) {
        assertEquals(text, new Spi(value).toString());
        assertEquals(reserved, new Spi(value).isReserved());
    }
}
