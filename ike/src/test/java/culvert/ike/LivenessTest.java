package culvert.ike;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.ike.crypto.IkeSaKeys;
import culvert.ike.message.DecodeResult;
import culvert.ike.message.ExchangeType;
import culvert.ike.message.MessageDecoder;
import culvert.ike.message.NotifyType;
import culvert.ike.message.Payload.Side;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Peers that fall silent, peers that come back, and tunnels that follow. */
class LivenessTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    private final SimulatedNetwork network =
            new SimulatedNetwork(Settings.east().build(), Settings.west().respond().build(), 11);

    @BeforeEach
    void up() {
        network.up();
        network.runUntil(Agreement::isOneOfEach, SOON);
    }

    private long probes() {
        return network.sent().stream()
                .filter(transmit -> Messages.isRequest(transmit, Messages.INFORMATIONAL))
                .count();
    }

    @Test
    void idlePeerIsAskedEveryInterval() {
        // INFORMATIONAL {} -->   <-- {}
        network.runFor(Duration.ofSeconds(101));

        assertTrue(probes() >= 9 && probes() <= 20, "" + probes());
        Agreement.assertOneOfEach(network);
    }

    @Test
    void trafficIsProofEnough() {
        network.startTraffic();
        network.runFor(Duration.ofSeconds(100));

        assertEquals(0, probes());
    }

    @Test
    void doubtAsksAtOnceAndNeverKillsAPeerThatAnswers() {
        network.startTraffic();
        network.runFor(Duration.ofSeconds(5));
        network.input(network.east(), new IkeInput.CheckLiveness(Settings.TUNNEL));
        assertEquals(1, probes());
        network.runFor(Duration.ofSeconds(60));

        assertEquals(1, probes());
        Agreement.assertOneOfEach(network);
    }

    @Test
    void rekeyThatIsWantedOfADoubtedPeerWaitsForItsAnswer() {
        // INFORMATIONAL {} -->   (silence, then)   <-- {}
        // CREATE_CHILD_SA {N(REKEY_SA), ...} -->   <-- {...}
        network.onlyIf(transmit -> false);
        network.input(network.east(), new IkeInput.CheckLiveness(Settings.TUNNEL));
        network.runFor(Duration.ofSeconds(2));
        network.input(network.east(), new IkeInput.RekeyChildSa(Settings.TUNNEL));
        network.runFor(Duration.ofSeconds(2));
        assertEquals(0, rekeysBegun());

        network.loseNothing();
        network.runFor(SOON);
        assertEquals(1, rekeysBegun());
        assertEquals(1, network.east().status(network.nowNanos()).child().orElseThrow().rekeys());
        Agreement.assertOneOfEach(network);
    }

    private long rekeysBegun() {
        return network.sent().stream()
                .filter(transmit -> Messages.isRequest(transmit, Messages.CREATE_CHILD_SA))
                .count();
    }

    @Test
    void silentPeerIsDeadAfterTheTimeout() {
        // INFORMATIONAL {} -->  (again and again)
        // INFORMATIONAL {D(IKE)} -->   IKE_SA_INIT {...} -->
        network.runFor(Duration.ofMinutes(3));
        network.onlyIf(transmit -> false);
        network.runFor(Duration.ofSeconds(19));
        assertEquals(TunnelState.UP, network.east().state());
        network.runUntil(n -> n.east().state() == TunnelState.CONNECTING, Duration.ofSeconds(12));

        assertTrue(network.east().inbound().isEmpty());
        assertTrue(network.east().outbound().isEmpty());
        assertEquals(1, network.east().count(IkeCounter.DEAD_PEERS));
        String reason = network.east().status(network.nowNanos()).reason().orElseThrow();
        assertTrue(reason.contains("no longer answers"), reason);
        // The peer is told, in case it hears us, and the next attempt has begun already.
        assertEquals(
                List.of(IkeSa.State.DELETING, IkeSa.State.INIT_SENT),
                network.east().ikeSas().stream().map(IkeSa::state).toList());
        assertInstanceOf(
                DeleteIkeSa.class,
                network.east().ikeSas().getFirst().inFlight().orElseThrow().exchange());
        network.runFor(SOON);
        assertTrue(
                network.east().ikeSas().stream().allMatch(IkeSa::isHalfOpen),
                "nothing is left of the old IKE SA");
    }

    @Test
    void deadPeerThatStillHearsUsIsToldAndLetsGo() {
        // INFORMATIONAL {} -->         X-- {}
        // INFORMATIONAL {D(IKE)} -->   X-- {}
        network.onlyIf(transmit -> transmit.local().getAddress().equals(Settings.EAST));
        IkeSa before = network.west().ikeSas().getFirst();
        network.runUntil(n -> n.east().state() == TunnelState.CONNECTING, Duration.ofSeconds(45));
        network.runFor(Duration.ofMillis(10));

        assertEquals(IkeSa.State.CLOSED, before.state());
        assertTrue(network.west().outbound().isEmpty());
        assertTrue(network.west().inbound().isEmpty());
        network.loseNothing();
        network.runUntil(Agreement::isOneOfEach, Duration.ofMinutes(1));
    }

    @Test
    void attemptsAfterADeathBackOff() {
        network.runFor(Duration.ofMinutes(3));
        network.onlyIf(transmit -> false);
        network.runUntil(n -> n.east().state() == TunnelState.CONNECTING, Duration.ofSeconds(45));
        long diedNanos = network.nowNanos();
        int before = network.east().status(diedNanos).attempts();
        assertEquals(1, before, "the first at once");
        network.runFor(Duration.ofMinutes(20));
        int attempts = network.east().status(network.nowNanos()).attempts() - before;

        // An attempt takes 30 s, and the pauses grow to a minute.
        assertTrue(attempts >= 11 && attempts <= 30, attempts + " attempts");
    }

    @Test
    void tunnelReturnsWhenThePathDoes() {
        network.onlyIf(transmit -> false);
        network.runFor(Duration.ofMinutes(10));
        assertEquals(TunnelState.CONNECTING, network.east().state());
        network.loseNothing();

        network.runUntil(Agreement::isOneOfEach, Duration.ofSeconds(95));
    }

    @Test
    void restartedInitiatorReplacesWhatThePeerRemembers() {
        // IKE_AUTH {..., N(INITIAL_CONTACT), ...} -->
        IkeSa remembered = network.west().ikeSas().getFirst();
        network.east().restart(77);
        network.input(network.east(), new IkeInput.TunnelUp(Settings.TUNNEL));
        network.runFor(Duration.ofSeconds(1));

        assertEquals(IkeSa.State.CLOSED, remembered.state());
        assertEquals(TunnelState.UP, network.west().state());
        network.runUntil(Agreement::isOneOfEach, SOON);
        // Nobody was there to be told.
        assertEquals(
                0,
                network.sent().stream()
                        .filter(t -> Messages.isRequest(t, Messages.INFORMATIONAL))
                        .filter(t -> t.local().getAddress().equals(Settings.WEST))
                        .count());
    }

    @Test
    void initialContactIsSaidAfterAStartAndNeverAgain() {
        // IKE_AUTH {..., N(INITIAL_CONTACT), ...} -->   and later   IKE_AUTH {...} -->
        network.east().restart(77);
        assertTrue(saysInitialContact(new IkeInput.TunnelUp(Settings.TUNNEL)));
        network.runUntil(Agreement::isOneOfEach, SOON);
        assertFalse(saysInitialContact(new IkeInput.PathDead(Settings.TUNNEL, "no way through")));
        network.runUntil(Agreement::isOneOfEach, Duration.ofMinutes(1));
        network.input(network.east(), new IkeInput.TunnelDown(Settings.TUNNEL));
        network.runFor(SOON);
        assertFalse(saysInitialContact(new IkeInput.TunnelUp(Settings.TUNNEL)));
    }

    /** What the next IKE_AUTH of east's says. */
    private boolean saysInitialContact(IkeInput input) {
        int before = network.sent().size();
        network.input(network.east(), input);
        network.runUntil(
                n -> n.sent().stream().skip(before).anyMatch(LivenessTest::isIkeAuth),
                Duration.ofMinutes(1));
        IkeAction.Transmit auth =
                network.sent().stream()
                        .skip(before)
                        .filter(LivenessTest::isIkeAuth)
                        .findFirst()
                        .orElseThrow();
        IkeSaKeys keys =
                network.east().ikeSas().stream()
                        .filter(sa -> sa.state() == IkeSa.State.AUTH_SENT)
                        .findFirst()
                        .orElseThrow()
                        .channel()
                        .keys();
        DecodeResult opened =
                MessageDecoder.open(
                        auth.message(), keys.cipher(Side.INITIATOR, new DeterministicRandom(1)));
        return ((DecodeResult.Ok) opened).message().notify(NotifyType.INITIAL_CONTACT).isPresent();
    }

    private static boolean isIkeAuth(IkeAction.Transmit transmit) {
        return Messages.isRequest(transmit, ExchangeType.IKE_AUTH);
    }

    @Test
    void restartedResponderIsFoundDeadAndReplaced() {
        network.west().restart(78);
        network.input(network.west(), new IkeInput.TunnelUp(Settings.TUNNEL));

        network.runUntil(n -> n.east().state() == TunnelState.CONNECTING, Duration.ofSeconds(31));
        network.runUntil(Agreement::isOneOfEach, Duration.ofSeconds(60));
        assertTrue(network.west().count(IkeCounter.DROPPED_UNKNOWN_SPI) > 0);
    }

    @Test
    void gatewayThatWasStarvedReadsItsBacklogFirst() {
        // INFORMATIONAL {} -->   <-- {} (in the socket, while we are suspended for a minute)
        HeldMessages messages = new HeldMessages(network);
        network.runFor(Duration.ofSeconds(10).plusMillis(200));
        long later = network.nowNanos() + Duration.ofMinutes(1).toNanos();
        IkeSa sa = network.east().ikeSas().getFirst();
        assertTrue(sa.inFlight().isPresent());
        IkeAction.Transmit probe =
                network.sent().stream()
                        .filter(t -> Messages.isRequest(t, Messages.INFORMATIONAL))
                        .filter(t -> t.local().getAddress().equals(Settings.EAST))
                        .findFirst()
                        .orElseThrow();
        IkeAction.Transmit answer =
                network.west()
                        .handle(
                                new IkeInput.DatagramReceived(
                                        probe.remote(), probe.local(), probe.message()),
                                network.nowNanos())
                        .getFirst();
        assertTrue(messages.size() > 0);

        network.east().handle(new IkeInput.TimerDue(), later);
        assertEquals(TunnelState.UP, network.east().state());
        network.east()
                .handle(
                        new IkeInput.DatagramReceived(
                                answer.remote(), answer.local(), answer.message()),
                        later);
        network.east().handle(new IkeInput.TimerDue(), later + Duration.ofSeconds(5).toNanos());
        assertEquals(TunnelState.UP, network.east().state());
        assertEquals(0, network.east().count(IkeCounter.DEAD_PEERS));
    }

    @Test
    void gatewayThatWasStarvedStillFindsADeadPeer() {
        network.onlyIf(transmit -> false);
        network.runFor(Duration.ofSeconds(10).plusMillis(200));
        long later = network.nowNanos() + Duration.ofMinutes(1).toNanos();
        network.east().handle(new IkeInput.TimerDue(), later);
        assertEquals(TunnelState.UP, network.east().state());
        for (int millis = 500; millis <= 5_000; millis += 500) {
            network.east()
                    .handle(new IkeInput.TimerDue(), later + Duration.ofMillis(millis).toNanos());
        }

        assertEquals(TunnelState.CONNECTING, network.east().state());
        assertEquals(1, network.east().count(IkeCounter.DEAD_PEERS));
    }

    @Test
    void newIkeSaTakesOverWithoutAGap() {
        network.startTraffic();
        IkeSa before = network.east().ikeSas().getFirst();
        network.east().tunnel().reauthenticate();
        network.input(network.east(), new IkeInput.TimerDue());
        network.runFor(Duration.ofSeconds(15));

        assertNotEquals(before, network.east().ikeSas().getFirst());
        Agreement.assertOneOfEach(network);
        assertEquals(0, network.packetsLost());
        assertTrue(network.packetsSent() > 0);
    }
}
