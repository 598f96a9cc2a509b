package culvert.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class CulvertStatusTest {
    private static final CulvertStatus STATUS =
            CulvertStatus.parse(
                    """
                    {"schema":"culvert.status/1","state":"degraded","uptimeSeconds":12,
                     "tunnels":[
                       {"name":"aws-1","state":"up","esp":{"spiIn":"c1a2b3c4","rekeys":3},
                        "traffic":{"packetsIn":5000000000,"drops":{"replay":2}},"bgp":null},
                       {"name":"aws-2","state":"connecting","esp":null}],
                     "routes":{"installed":1,"active":"aws-1"}}
                    """);

    @Test
    void findsValuesByTheNamesOnTheWay() {
        assertEquals("degraded", STATUS.state());
        assertTrue(STATUS.isUp("aws-1"));
        assertEquals("connecting", STATUS.tunnelState("aws-2"));
        assertEquals(Optional.of("c1a2b3c4"), STATUS.text("tunnels", "aws-1", "esp", "spiIn"));
        assertEquals(5_000_000_000L, STATUS.number("tunnels", "aws-1", "traffic", "packetsIn"));
        assertEquals(2, STATUS.number("tunnels", "aws-1", "traffic", "drops", "replay"));
        assertEquals(12, STATUS.number("uptimeSeconds"));
    }

    @Test
    void findsNothingBehindNullsAndUnknownNames() {
        assertEquals(Optional.empty(), STATUS.text("tunnels", "aws-2", "esp", "spiIn"));
        assertEquals(Optional.empty(), STATUS.text("tunnels", "aws-1", "bgp"));
        assertEquals(Optional.empty(), STATUS.text("state", "deeper"));
        assertFalse(STATUS.isUp("aws-3"));
        assertEquals(0, STATUS.number("nothing"));
    }

    @Test
    void refusesTextThatIsNoJson() {
        assertThrows(LabException.class, () -> CulvertStatus.parse("daemon not running"));
    }
}
