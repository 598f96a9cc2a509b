package culvert.ike;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.ike.message.NotifyType;
import culvert.model.Spi;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CREATE_CHILD_SA for successors, started at either end, while packets flow. */
class RekeyTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String TUNNEL = Settings.TUNNEL;

    private SimulatedNetwork network =
            new SimulatedNetwork(Settings.east().build(), Settings.west().respond().build(), 1);

    @BeforeEach
    void up() {
        establish(Settings.east(), Settings.west().respond());
    }

    private void establish(Settings east, Settings west) {
        network = new SimulatedNetwork(east.build(), west.build(), 7);
        network.up();
        network.runUntil(Agreement::isOneOfEach, SOON);
        network.startTraffic();
    }

    private void assertNoPacketLost() {
        assertTrue(network.packetsSent() > 0);
        assertEquals(0, network.packetsLost());
    }

    private SimulatedGateway initiator(boolean byOriginalInitiator) {
        return byOriginalInitiator ? network.east() : network.west();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void childSaIsReplacedWithoutLoss(boolean byOriginalInitiator) {
        // CREATE_CHILD_SA {N(REKEY_SA), SA, Ni, TSi, TSr} -->   <-- {SA, Nr, TSi, TSr}
        // INFORMATIONAL {D(old)} -->                            <-- {D(old)}
        SimulatedGateway initiator = initiator(byOriginalInitiator);
        Spi before = initiator.outbound().orElseThrow().sa().spi();
        network.input(initiator, new IkeInput.RekeyChildSa(TUNNEL));
        network.runFor(SOON);

        Agreement.assertOneOfEach(network);
        assertNotEquals(before, initiator.outbound().orElseThrow().sa().spi());
        for (SimulatedGateway end : new SimulatedGateway[] {network.east(), network.west()}) {
            assertEquals(1, end.status(network.nowNanos()).child().orElseThrow().rekeys());
        }
        assertNoPacketLost();
    }

    @ParameterizedTest
    @ValueSource(strings = {"aes128gcm16-curve25519", "aes256gcm16-ecp256"})
    void childSaIsReplacedWithPerfectForwardSecrecy(String esp) {
        establish(Settings.east().esp(esp), Settings.west().respond().esp(esp));
        network.input(network.east(), new IkeInput.RekeyChildSa(TUNNEL));
        network.runFor(SOON);

        Agreement.assertOneOfEach(network);
        assertNoPacketLost();
    }

    @Test
    void childRekeyFollowsTheGroupThatThePeerAsksFor() {
        // {N(REKEY_SA), SA, Ni, KEi(curve25519), ...} --> <-- {N(INVALID_KE_PAYLOAD, ecp256)}
        // {N(REKEY_SA), SA, Ni, KEi(ecp256), ...} -->     <-- {SA, Nr, KEr, ...}
        establish(
                Settings.east().esp("aes128gcm16-curve25519", "aes128gcm16-ecp256"),
                Settings.west().respond().esp("aes128gcm16-ecp256"));
        network.input(network.east(), new IkeInput.RekeyChildSa(TUNNEL));
        network.runFor(SOON);

        Agreement.assertOneOfEach(network);
        assertEquals(1, network.east().status(network.nowNanos()).child().orElseThrow().rekeys());
    }

    @Test
    void responderSendsOnTheOldSaUntilItIsDeleted() {
        network.runFor(Duration.ofSeconds(1));
        Spi old = network.west().outbound().orElseThrow().sa().spi();
        network.input(network.east(), new IkeInput.RekeyChildSa(TUNNEL));
        // One way takes 5 ms: the request has arrived, nothing has come back.
        network.runFor(Duration.ofMillis(6));

        assertEquals(2, network.west().inbound().size());
        assertEquals(old, network.west().outbound().orElseThrow().sa().spi());
        assertEquals(TunnelState.UP, network.west().state());
    }

    @Test
    void responderSwitchesOnTheFirstPacketWhenTheDeleteIsLost() {
        network.onlyIf(
                transmit ->
                        !Messages.isRequest(transmit, Messages.INFORMATIONAL)
                                || !transmit.local().getAddress().equals(Settings.EAST));
        Spi old = network.west().outbound().orElseThrow().sa().spi();
        network.input(network.east(), new IkeInput.RekeyChildSa(TUNNEL));
        network.runFor(Duration.ofSeconds(2));

        assertNotEquals(old, network.west().outbound().orElseThrow().sa().spi());
        network.loseNothing();
        network.runUntil(Agreement::isOneOfEach, Duration.ofSeconds(30));
        assertNoPacketLost();
    }

    @Test
    void responderSwitchesAndDeletesWhenThePeerForgetsTo() {
        network =
                new SimulatedNetwork(Settings.east().build(), Settings.west().respond().build(), 7);
        network.up();
        network.runUntil(Agreement::isOneOfEach, SOON);
        // Without traffic, and without the DELETE.
        network.onlyIf(
                transmit ->
                        !Messages.isRequest(transmit, Messages.INFORMATIONAL)
                                || !transmit.local().getAddress().equals(Settings.EAST));
        network.input(network.east(), new IkeInput.RekeyChildSa(TUNNEL));
        network.runFor(Duration.ofSeconds(29));
        assertEquals(2, network.west().ikeSas().getFirst().children().size());
        network.runFor(Duration.ofSeconds(2));
        network.loseNothing();

        network.runUntil(Agreement::isOneOfEach, Duration.ofMinutes(2));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void ikeSaIsReplacedAndChildrenMove(boolean byOriginalInitiator) {
        // CREATE_CHILD_SA {SA, Ni, KEi} -->   <-- {SA, Nr, KEr}
        // INFORMATIONAL {D(IKE)} -->          <-- {}
        SimulatedGateway initiator = initiator(byOriginalInitiator);
        IkeSa before = initiator.ikeSas().getFirst();
        Spi child = initiator.outbound().orElseThrow().sa().spi();
        network.input(initiator, new IkeInput.RekeyIkeSa(TUNNEL));
        network.runFor(SOON);

        Agreement.assertOneOfEach(network);
        IkeSa after = initiator.ikeSas().getFirst();
        assertNotEquals(before.channel().spi(), after.channel().spi());
        assertTrue(after.channel().originalInitiator());
        assertEquals(child, initiator.outbound().orElseThrow().sa().spi());
        assertEquals(1, network.east().status(network.nowNanos()).ike().orElseThrow().rekeys());
        assertEquals(IkeSa.State.CLOSED, before.state());
        assertNoPacketLost();

        // The new IKE SA works: its children can be rekeyed from both ends.
        network.input(network.east(), new IkeInput.RekeyChildSa(TUNNEL));
        network.runFor(SOON);
        network.input(network.west(), new IkeInput.RekeyChildSa(TUNNEL));
        network.runFor(SOON);
        Agreement.assertOneOfEach(network);
        assertNoPacketLost();
    }

    @Test
    void ikeRekeyFollowsTheGroupThatThePeerAsksFor() {
        establish(
                Settings.east().ike("aes128gcm16-prfsha256-curve25519", "aes128-sha256-ecp256"),
                Settings.west()
                        .respond()
                        .ike("aes128-sha256-ecp256", "aes128gcm16-prfsha256-curve25519"));
        network.input(network.west(), new IkeInput.RekeyIkeSa(TUNNEL));
        network.runFor(SOON);
        network.input(network.east(), new IkeInput.RekeyIkeSa(TUNNEL));
        network.runFor(SOON);

        Agreement.assertOneOfEach(network);
        assertEquals(
                "aes128-sha256-ecp256",
                network.east().status(network.nowNanos()).ike().orElseThrow().suite());
        assertEquals(2, network.east().status(network.nowNanos()).ike().orElseThrow().rekeys());
    }

    @Test
    void bothRekeyTheSameChildAtOnce() {
        // Both requests cross, both succeed, and the nonces choose.
        network.input(network.east(), new IkeInput.RekeyChildSa(TUNNEL));
        network.input(network.west(), new IkeInput.RekeyChildSa(TUNNEL));
        network.runFor(Duration.ofSeconds(30));

        Agreement.assertOneOfEach(network);
        assertTrue(network.east().status(network.nowNanos()).child().orElseThrow().rekeys() >= 1);
        assertNoPacketLost();
    }

    @Test
    void bothRekeyTheIkeSaAtOnce() {
        network.input(network.east(), new IkeInput.RekeyIkeSa(TUNNEL));
        network.input(network.west(), new IkeInput.RekeyIkeSa(TUNNEL));
        network.runFor(Duration.ofSeconds(30));

        Agreement.assertOneOfEach(network);
        assertTrue(network.east().status(network.nowNanos()).ike().orElseThrow().rekeys() >= 1);
        assertNoPacketLost();
    }

    @Test
    void oneRekeysTheIkeSaWhileTheOtherRekeysTheChild() {
        network.input(network.east(), new IkeInput.RekeyIkeSa(TUNNEL));
        network.input(network.west(), new IkeInput.RekeyChildSa(TUNNEL));
        network.runFor(Duration.ofSeconds(30));

        Agreement.assertOneOfEach(network);
        assertEquals(1, network.east().status(network.nowNanos()).ike().orElseThrow().rekeys());
        assertEquals(1, network.west().status(network.nowNanos()).child().orElseThrow().rekeys());
        assertNoPacketLost();
    }

    @Test
    void lifetimeAfterLifetimeLosesNothing() {
        establish(
                Settings.east()
                        .espLifetime(Duration.ofMinutes(3))
                        .ikeLifetime(Duration.ofMinutes(10)),
                Settings.west()
                        .respond()
                        .espLifetime(Duration.ofMinutes(3))
                        .ikeLifetime(Duration.ofMinutes(10)));
        network.runFor(Duration.ofHours(1));
        network.runUntil(Agreement::isOneOfEach, Duration.ofSeconds(30));

        IkeTunnelStatus status = network.east().status(network.nowNanos());
        assertTrue(status.ike().orElseThrow().rekeys() >= 6, status::toString);
        assertTrue(status.child().orElseThrow().rekeys() >= 22, status::toString);
        assertNoPacketLost();
    }

    @Test
    void hardExpiryRecreatesTheChild() {
        // The peer is deaf to CREATE_CHILD_SA on this IKE SA until the CHILD SA has expired.
        establish(
                Settings.east().espLifetime(Duration.ofSeconds(60)),
                Settings.west().respond().espLifetime(Duration.ofHours(1)));
        ScriptedAnswers answers = new ScriptedAnswers(network);
        answers.refuseChildRekeys(NotifyType.NO_PROPOSAL_CHOSEN);
        network.runFor(Duration.ofSeconds(59));
        assertEquals(TunnelState.UP, network.east().state());
        network.runFor(Duration.ofSeconds(20));

        Agreement.assertOneOfEach(network);
        assertEquals(0, network.east().status(network.nowNanos()).child().orElseThrow().rekeys());
    }

    @Test
    void childUnknownToThePeerIsCreatedAnew() {
        // {N(REKEY_SA), ...} -->   <-- {N(CHILD_SA_NOT_FOUND)}
        // {SA, Ni, TSi, TSr} -->   <-- {SA, Nr, TSi, TSr}
        ScriptedAnswers answers = new ScriptedAnswers(network);
        answers.refuseChildRekeys(NotifyType.CHILD_SA_NOT_FOUND);
        network.input(network.east(), new IkeInput.RekeyChildSa(TUNNEL));
        network.runFor(SOON);

        assertEquals(TunnelState.UP, network.east().state());
        assertEquals(0, network.east().status(network.nowNanos()).child().orElseThrow().rekeys());
        Agreement.assertCrosswise(network.east(), network.west());
        Agreement.assertCrosswise(network.west(), network.east());
    }

    @Test
    void peerThatRekeysNothingIsReauthenticated() {
        // {N(REKEY_SA), ...} -->   <-- {N(NO_ADDITIONAL_SAS)}
        // IKE_SA_INIT, IKE_AUTH of a new IKE SA, then D(IKE) of the old one
        ScriptedAnswers answers = new ScriptedAnswers(network);
        answers.refuseChildRekeys(NotifyType.NO_ADDITIONAL_SAS);
        IkeSa before = network.east().ikeSas().getFirst();
        network.input(network.east(), new IkeInput.RekeyChildSa(TUNNEL));
        network.runFor(Duration.ofSeconds(15));

        Agreement.assertOneOfEach(network);
        assertNotEquals(before, network.east().ikeSas().getFirst());
        assertNoPacketLost();
    }

    @Test
    void temporaryFailureIsRetriedAfterAPause() {
        ScriptedAnswers answers = new ScriptedAnswers(network);
        answers.refuseChildRekeys(NotifyType.TEMPORARY_FAILURE);
        network.input(network.east(), new IkeInput.RekeyChildSa(TUNNEL));
        network.runFor(Duration.ofSeconds(1));
        assertEquals(0, network.east().status(network.nowNanos()).child().orElseThrow().rekeys());
        answers.refuseNothing();
        network.runFor(Duration.ofSeconds(15));

        assertEquals(1, network.east().status(network.nowNanos()).child().orElseThrow().rekeys());
        Agreement.assertOneOfEach(network);
    }
}
