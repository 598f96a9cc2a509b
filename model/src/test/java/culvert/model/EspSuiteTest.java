package culvert.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class EspSuiteTest {
    @Test
    void isFoundByItsKeyword() {
        for (EspSuite suite : EspSuite.values()) {
            assertEquals(Optional.of(suite), EspSuite.ofKeyword(suite.keyword()));
        }
        assertEquals(Optional.empty(), EspSuite.ofKeyword("AES256GCM16"));
    }

    @Test
    void takesKeyThenSaltFromKeymat() {
        assertEquals(20, EspSuite.AES128_GCM16.keymatBytes());
        assertEquals(36, EspSuite.AES256_GCM16.keymatBytes());
    }
}
