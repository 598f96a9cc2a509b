package culvert.bgp.message;

import static org.junit.jupiter.api.Assertions.assertEquals;

import culvert.bgp.message.AsPath.Segment;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class AsPathTest {
    @Test
    void countsASetOnce() {
        AsPath path = new AsPath(List.of(new Segment(false, 1, 2), new Segment(true, 3, 4, 5)));
        assertEquals(3, path.length());
        assertEquals("1 2 {3,4,5}", path.toString());
        assertEquals(1, path.occurrences(4));
    }

    @Test
    void prependsIntoTheFirstSegment() {
        assertEquals(AsPath.sequence(9, 9, 1), AsPath.sequence(1).prepended(9, 2));
        assertEquals(AsPath.sequence(9), AsPath.EMPTY.prepended(9, 1));
        assertEquals(AsPath.sequence(1), AsPath.sequence(1).prepended(9, 0));
    }

    @Test
    void opensANewSegmentWhenTheFirstIsFullOrASet() {
        AsPath full = new AsPath(List.of(new Segment(false, new int[255])));
        assertEquals(2, full.prepended(9, 1).segments().size());
        assertEquals(256, full.prepended(9, 1).length());
        AsPath set = new AsPath(List.of(new Segment(true, 1, 2)));
        assertEquals("9 {1,2}", set.prepended(9, 1).toString());
    }

    @Test
    void showsFourOctetNumbersUnsigned() {
        AsPath path = AsPath.sequence((int) 4_200_000_000L);
        assertEquals("4200000000", path.toString());
        assertEquals(OptionalInt.of((int) 4_200_000_000L), path.first());
    }

    @Test
    void setHasNoFirstAs() {
        assertEquals(OptionalInt.empty(), new AsPath(List.of(new Segment(true, 1))).first());
        assertEquals(OptionalInt.empty(), AsPath.EMPTY.first());
    }
}
