package culvert.ike;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.model.IpPrefix;
import culvert.model.TrafficSelector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectorNarrowingTest {
    private static List<TrafficSelector> selectors(String text) {
        return Arrays.stream(text.split(" "))
                .map(prefix -> TrafficSelector.of(IpPrefix.parse(prefix)))
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0/0,            0.0.0.0/0,              0.0.0.0/0",
        "0.0.0.0/0,            10.0.0.0/8,             10.0.0.0/8",
        "10.1.0.0/16,          10.0.0.0/8,             10.1.0.0/16",
        "0.0.0.0/0 ::/0,       0.0.0.0/0 ::/0,         0.0.0.0/0 ::/0",
        "0.0.0.0/0 ::/0,       fd00::/8,               fd00::/8",
        "10.1.0.0/16 10.0.0.0/8, 0.0.0.0/0,            10.0.0.0/8",
        "0.0.0.0/0,            10.1.0.0/16 10.2.0.0/16, 10.1.0.0/16 10.2.0.0/16"
    })
    void keepsWhatBothAdmit(String offered, String configured, String common) {
        assertEquals(
                selectors(common),
                SelectorNarrowing.narrow(selectors(offered), selectors(configured)));
    }

    @Test
    void nothingInCommonIsEmpty() {
        assertTrue(
                SelectorNarrowing.narrow(selectors("10.0.0.0/8"), selectors("::/0 192.0.2.0/24"))
                        .isEmpty());
        assertTrue(SelectorNarrowing.narrow(List.of(), selectors("::/0")).isEmpty());
    }

    @Test
    void answerMustStayWithinTheOffer() {
        assertTrue(SelectorNarrowing.isWithin(selectors("10.1.0.0/16"), selectors("10.0.0.0/8")));
        assertFalse(SelectorNarrowing.isWithin(selectors("10.0.0.0/7"), selectors("10.0.0.0/8")));
        assertFalse(
                SelectorNarrowing.isWithin(
                        selectors("10.1.0.0/16 11.0.0.0/8"), selectors("10.0.0.0/8")));
        assertFalse(SelectorNarrowing.isWithin(List.of(), selectors("10.0.0.0/8")));
    }

    @Test
    void numberOfRangesIsBounded() {
        List<TrafficSelector> many = new ArrayList<>();
        for (int i = 0; i < 255; i++) {
            many.addAll(selectors("10.0." + i + ".0/24"));
        }

        assertEquals(64, SelectorNarrowing.narrow(many, selectors("0.0.0.0/0")).size());
    }
}
