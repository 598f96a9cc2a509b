package culvert.gateway.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextTableTest {
    private static String table(List<List<String>> rows) {
        StringBuilder text = new StringBuilder();
        TextTable.append(text, rows);
        return text.toString();
    }

    @Test
    void columnsAreAsWideAsTheirWidestCell() {
        assertEquals(
                """
                NAME    N
                a       1
                longer
                """,
                table(List.of(List.of("NAME", "N"), List.of("a", "1"), List.of("longer", ""))));
    }

    @Test
    void whatHasNoRoomBesideGoesBelowWithItsHeading() {
        String path = "4200000000 ".repeat(12).strip();
        String text =
                table(
                        List.of(
                                List.of("PREFIX", "VIA", "AS PATH", "MED", "REASON"),
                                List.of("10.0.0.0/8", "aws-1", path, "-", ""),
                                List.of("10.1.0.0/16", "-", "-", "7", "rejected: too long"),
                                List.of("10.2.0.0/16", "-", "-", "-", "")));
        assertEquals(
                """
                PREFIX       VIA
                10.0.0.0/8   aws-1
                    as path 4200000000 4200000000 4200000000 4200000000 4200000000 4200000000
                    4200000000 4200000000 4200000000 4200000000 4200000000 4200000000
                10.1.0.0/16  -
                    med 7, reason rejected: too long
                10.2.0.0/16  -
                """,
                text);
        assertTrue(text.lines().allMatch(line -> line.length() <= Paragraph.COLUMNS), text);
    }
}
