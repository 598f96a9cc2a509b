package culvert.gateway.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.gateway.daemon.PathMtu.Due;
import culvert.model.Encapsulation;
import java.net.InetAddress;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathMtuTest {
    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private long now = Long.MAX_VALUE - MINUTE; // the clock may wrap
    private final PathMtu path = new PathMtu(true, 1500, now);

    private Due after(long nanos) {
        now += nanos;
        return path.due(now);
    }

    private static PathMtu quiet(boolean ipv4) {
        PathMtu path = new PathMtu(ipv4, 1500, 0);
        assertEquals(Due.PROBE, path.due(0));
        assertEquals(Due.NOTHING, path.due(5 * SECOND));
        return path;
    }

    @Test
    void probesAtFirstAndEveryTenMinutes() {
        assertEquals(Due.PROBE, after(0));
        assertEquals(Due.NOTHING, after(SECOND));
        assertEquals(Due.NOTHING, after(4 * SECOND));
        assertEquals(Due.NOTHING, after(10 * MINUTE - SECOND));
        assertEquals(Due.PROBE, after(SECOND));
        assertEquals(1500, path.bytes());
    }

    @Test
    void becomesNarrowAtOnceAndWideAgainWhenAProbeIsNotAnswered() {
        assertEquals(Due.PROBE, after(0));
        assertTrue(path.claim(1300, now));
        assertEquals(1300, path.bytes());
        assertEquals(Due.NOTHING, after(10 * MINUTE - 1));
        assertEquals(Due.PROBE, after(1));
        assertEquals(1300, path.bytes(), "while nobody knows");
        assertEquals(Due.NOTHING, after(5 * SECOND - 1));
        assertEquals(Due.WIDER, after(1));
        assertEquals(1500, path.bytes());
        assertEquals(Due.NOTHING, after(10 * MINUTE - 1));
        assertEquals(Due.PROBE, after(1));
    }

    @Test
    void staysNarrowWhileProbesAreAnswered() {
        assertEquals(Due.PROBE, after(0));
        path.claim(1300, now);
        for (int i = 0; i < 5; i++) {
            assertEquals(Due.PROBE, after(10 * MINUTE));
            now += SECOND;
            assertFalse(path.claim(1300, now));
            assertEquals(Due.NOTHING, after(10 * MINUTE - 1));
        }
        assertEquals(1300, path.bytes());
    }

    @Test
    void becomesAsWideAsTheAnswerToAProbeSays() {
        assertEquals(Due.PROBE, after(0));
        path.claim(1300, now);
        assertFalse(path.claim(1400, now), "no probe asked");
        assertEquals(Due.PROBE, after(10 * MINUTE));
        assertTrue(path.claim(1400, now));
        assertEquals(1400, path.bytes());
    }

    @Test
    void ignoresClaimsOfNoLessThanItKnows() {
        PathMtu quiet = quiet(true);
        for (int claim : new int[] {1500, 1501, 9000, 65_535, Integer.MAX_VALUE}) {
            assertFalse(quiet.claim(claim, 6 * SECOND));
        }
        assertEquals(1500, quiet.bytes());
    }

    @ParameterizedTest
    @CsvSource({"true, 576", "false, 1280"})
    void noClaimPushesItBelowWhatEveryHostCanUse(boolean ipv4, int smallest) {
        Random random = new Random(ipv4 ? 4 : 6);
        PathMtu attacked = quiet(ipv4);
        for (int i = 0; i < 1000; i++) {
            attacked.claim(random.nextInt(600), 6 * SECOND + i);
            assertTrue(attacked.bytes() >= smallest);
        }
        assertEquals(smallest, attacked.bytes());
        assertEquals(Due.PROBE, attacked.due(11 * MINUTE));
        assertEquals(Due.WIDER, attacked.due(12 * MINUTE));
        assertEquals(1500, attacked.bytes());
    }

    @Test
    void goesDownStepByStepWhenRoutersDoNotSay() {
        PathMtu quiet = quiet(true);
        for (int expected : new int[] {1492, 1280, 1006, 576}) {
            assertTrue(quiet.claim(1, 6 * SECOND));
            assertEquals(expected, quiet.bytes());
        }
        assertFalse(quiet.claim(1, 6 * SECOND));
    }

    @Test
    void followsTheFirstLink() {
        PathMtu quiet = quiet(true);
        assertTrue(quiet.link(1492));
        assertEquals(1492, quiet.bytes());
        quiet.claim(1300, 6 * SECOND);
        assertFalse(quiet.link(1500));
        assertEquals(1300, quiet.bytes());
        assertTrue(quiet.link(1200));
        assertEquals(1200, quiet.bytes());
    }

    @Test
    void asksAtOnceWhenThePeerMoved() {
        PathMtu quiet = quiet(true);
        quiet.claim(1300, 6 * SECOND);
        quiet.moved(MINUTE);
        assertEquals(1300, quiet.bytes());
        assertEquals(Due.PROBE, quiet.due(MINUTE));
        assertEquals(Due.WIDER, quiet.due(MINUTE + 5 * SECOND));
    }

    @ParameterizedTest
    @CsvSource({
        "198.18.0.1, 1500, 1438, 1472",
        "198.18.0.1, 1300, 1238, 1272",
        "198.18.0.1, 1492, 1430, 1464",
        "198.18.0.1, 576, 514, 548",
        "2001:db8::1, 1500, 1418, 1452",
        "2001:db8::1, 1280, 1198, 1232"
    })
    void aTunnelsMtuFollowsFromThePaths(String local, int path, int mtu, int datagram) {
        InetAddress outside = InetAddress.ofLiteral(local);
        assertEquals(mtu, TunnelMtu.of(Encapsulation.UDP, path, outside));
        assertEquals(datagram, TunnelMtu.packetBytes(Encapsulation.UDP, path, outside));
    }
}
