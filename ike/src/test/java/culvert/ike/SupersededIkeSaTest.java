package culvert.ike;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;

/** A peer that begins another IKE SA and keeps the one before, as AWS may. */
class SupersededIkeSaTest {
    private final SimulatedNetwork network =
            new SimulatedNetwork(
                    Settings.east().ikeLifetime(Duration.ofMinutes(20)).build(),
                    Settings.west().build(),
                    5);

    /** Liveness probes of west on the old IKE SA, sealed while west still has its keys. */
    private final Deque<byte[]> probes = new ArrayDeque<>();

    private IkeSa old;

    SupersededIkeSaTest() {
        network.input(network.east(), new IkeInput.TunnelUp(Settings.TUNNEL));
        network.west().handle(new IkeInput.TunnelUp(Settings.TUNNEL), network.nowNanos());
        network.runUntil(Agreement::isOneOfEach, Duration.ofMinutes(1));
        old = network.east().ikeSas().getFirst();
    }

    /** West never says that it has done with the one before. */
    private void westBeginsAnother() {
        old = network.east().ikeSas().getFirst();
        Impersonator west = new Impersonator(network.west(), network.nowNanos());
        probes.clear();
        for (int id = 0; id < 200; id++) {
            probes.add(west.seal(Messages.INFORMATIONAL, false, id));
        }
        network.onlyIf(
                transmit ->
                        !transmit.local().getAddress().equals(Settings.WEST)
                                || !Messages.isRequest(transmit, Messages.INFORMATIONAL));
        network.west().tunnel().reauthenticate();
        network.input(network.west(), new IkeInput.TimerDue());
        network.startTraffic();
        network.runFor(Duration.ofSeconds(1));
        assertEquals(IkeSa.State.REPLACED, old.state());
        assertEquals(2, network.east().ikeSas().size());
    }

    private void westBeginsAnotherAndOnceMore() {
        westBeginsAnother();
        network.runFor(Duration.ofSeconds(5));
        network.loseNothing();
        network.runUntil(Agreement::isOneOfEach, Duration.ofSeconds(40));
        westBeginsAnother();
    }

    private void useTheOldSaFor(Duration duration) {
        for (long i = 0; i < duration.toSeconds(); i += 10) {
            network.east()
                    .handle(
                            new IkeInput.DatagramReceived(
                                    old.path().local(), old.path().remote(), probes.remove()),
                            network.nowNanos());
            network.runFor(Duration.ofSeconds(10));
        }
    }

    private void assertNothingIsLeftOfIt() {
        assertEquals(IkeSa.State.CLOSED, old.state());
        network.loseNothing();
        network.runFor(Duration.ofMinutes(1));
        Agreement.assertOneOfEach(network);
        assertEquals(0, network.packetsLost());
    }

    @Test
    void leftoverIsDeletedThoughThePeerUsesIt() {
        // <-- INFORMATIONAL {D(IKE)}   (five seconds after)
        westBeginsAnother();
        useTheOldSaFor(Duration.ofSeconds(10));
        assertNothingIsLeftOfIt();
    }

    @Test
    void nextOneStaysAsLongAsThePeerUsesIt() {
        // INFORMATIONAL {} -->  (on the old IKE SA, every ten seconds)
        //                       <-- {}
        westBeginsAnotherAndOnceMore();
        useTheOldSaFor(Duration.ofMinutes(5));
        assertEquals(IkeSa.State.REPLACED, old.state());
        assertEquals(2, network.east().inbound().size());

        network.runFor(Duration.ofSeconds(70));
        assertNothingIsLeftOfIt();
    }

    @Test
    void nextOneIsDeletedWhenThePeerSaysNothingOnIt() {
        westBeginsAnotherAndOnceMore();
        network.runFor(Duration.ofSeconds(29));
        assertEquals(IkeSa.State.REPLACED, old.state());
        network.runFor(Duration.ofSeconds(12));
        assertNothingIsLeftOfIt();
    }

    @Test
    void nextOneIsNotBorneWithForEver() {
        westBeginsAnotherAndOnceMore();
        useTheOldSaFor(Duration.ofNanos(IkeTiming.TOLERANCE_NANOS).plusMinutes(1));
        assertNothingIsLeftOfIt();
    }
}
