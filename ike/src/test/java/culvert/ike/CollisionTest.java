package culvert.ike;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.ike.message.DeletePayload;
import culvert.ike.message.IkeMessage;
import culvert.ike.message.NotifyPayload;
import culvert.ike.message.NotifyType;
import culvert.ike.message.Octets;
import culvert.ike.message.ProtocolId;
import culvert.model.Spi;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Exchanges of both ends that cross (RFC 7296 2.8, 2.25). In the arrows east is on the left; a
 * request stands where it is sent, a response where it arrives.
 */
class CollisionTest {
    private static final String TUNNEL = Settings.TUNNEL;

    private SimulatedNetwork network =
            new SimulatedNetwork(Settings.east().build(), Settings.west().respond().build(), 1);

    private HeldMessages messages = new HeldMessages(network);

    private void establish(long seed) {
        network =
                new SimulatedNetwork(
                        Settings.east().build(), Settings.west().respond().build(), seed);
        network.up();
        network.runUntil(Agreement::isOneOfEach, Duration.ofSeconds(10));
        messages = new HeldMessages(network);
    }

    private SimulatedGateway east() {
        return network.east();
    }

    private SimulatedGateway west() {
        return network.west();
    }

    private void rekeyChild(SimulatedGateway gateway) {
        network.input(gateway, new IkeInput.RekeyChildSa(TUNNEL));
    }

    private void rekeyIke(SimulatedGateway gateway) {
        network.input(gateway, new IkeInput.RekeyIkeSa(TUNNEL));
    }

    /** Lets the rest take its course; at the end there is one of each, and no packet was lost. */
    private void assertSettles(Duration within) {
        messages.release();
        network.startTraffic();
        network.runFor(within);
        Agreement.assertOneOfEach(network);
        assertTrue(network.packetsSent() > 0);
        assertEquals(0, network.packetsLost());
    }

    private int childRekeys(SimulatedGateway gateway) {
        return gateway.status(network.nowNanos()).child().orElseThrow().rekeys();
    }

    private int ikeRekeys(SimulatedGateway gateway) {
        return gateway.status(network.nowNanos()).ike().orElseThrow().rekeys();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void bothRekeyTheSameChild(long seed) {
        // {N(REKEY_SA), SA, Ni, ...} -->      <-- {N(REKEY_SA), SA, Ni, ...}
        // <-- {SA, Nr, ...}                        {SA, Nr, ...} -->
        // loser: {D(redundant)} -->           winner: {D(old)} -->
        establish(seed);
        rekeyChild(east());
        rekeyChild(west());
        messages.deliverFrom(east());
        messages.deliverFrom(west());
        messages.deliverFrom(east());
        messages.deliverFrom(west());

        assertEquals(3, east().inbound().size());
        assertEquals(3, west().inbound().size());
        // No pause is needed: both requests have succeeded.
        assertSettles(Duration.ofSeconds(6));
        assertEquals(1, childRekeys(east()));
        assertEquals(1, childRekeys(west()));
        assertEquals(1, east().endpoint().childRekeyCollisions(TUNNEL));
        assertEquals(1, west().endpoint().childRekeyCollisions(TUNNEL));
    }

    @Test
    void peersRekeyArrivesAfterOursIsDone() {
        // {N(REKEY_SA), ...} -->               <-- {N(REKEY_SA), ...} (delayed)
        // <-- {SA, Nr, ...}
        // {D(old)} -->
        // <-- {D(old)}
        //                     {N(TEMPORARY_FAILURE)} -->
        establish(3);
        rekeyChild(east());
        rekeyChild(west());
        messages.deliverFrom(east());
        // West's request waits; its response overtakes it.
        messages.deliver(1);
        messages.deliverFrom(west());

        // West must hear of the DELETE first, as it was sent first.
        assertEquals(1, messages.size());
        messages.deliverFrom(east());
        int before = network.sent().size();
        messages.deliverFrom(west());
        assertEquals(NotifyType.TEMPORARY_FAILURE, errorOf(network.sent().get(before)));
        assertSettles(Duration.ofSeconds(20));
        assertEquals(1, childRekeys(east()));
        assertEquals(1, childRekeys(west()));
    }

    private int errorOf(IkeAction.Transmit fromEast) {
        return new Impersonator(west(), network.nowNanos())
                .open(fromEast)
                .error()
                .orElseThrow()
                .notifyType();
    }

    @Test
    void deleteOfTheOldSaOvertakesTheLosersResponse() {
        for (long seed = 1; seed <= 8; seed++) {
            establish(seed);
            rekeyChild(east());
            rekeyChild(west());
            messages.deliverFrom(east());
            messages.deliverFrom(west());
            // East has its response; the one of west's request waits behind what follows.
            messages.deliver(0);
            while (messages.size() > 1) {
                messages.deliver(1);
            }
            assertSettles(Duration.ofSeconds(40));
        }
    }

    @Test
    void lostResponseIsRepeatedAndTheCollisionStillSeen() {
        // {N(REKEY_SA), ...} -->              <-- {N(REKEY_SA), ...}
        // X-- {SA, Nr, ...}                        {SA, Nr, ...} -->
        // {N(REKEY_SA), ...} (again) -->
        // <-- {SA, Nr, ...}
        for (long seed = 1; seed <= 4; seed++) {
            establish(seed);
            rekeyChild(east());
            rekeyChild(west());
            messages.deliverFrom(east());
            messages.deliverFrom(west());
            messages.loseFrom(west());
            assertSettles(Duration.ofSeconds(20));
            assertEquals(1, childRekeys(east()));
        }
    }

    @Test
    void responseIsLostUntilTheOldSaIsDeleted() {
        // Both responses are lost; nothing but retransmission moves things on.
        establish(9);
        rekeyChild(east());
        rekeyChild(west());
        messages.deliverFrom(east());
        messages.deliverFrom(west());
        messages.loseFrom(west());
        messages.loseFrom(east());

        assertSettles(Duration.ofSeconds(20));
        assertEquals(1, childRekeys(west()));
    }

    @Test
    void peerRekeysWhatWeDelete() {
        // {D(old)} -->                         <-- {N(REKEY_SA, old), ...}
        // <-- {D(old)}
        //              {N(TEMPORARY_FAILURE)} -->
        establish(2);
        IkeSa sa = east().ikeSas().getFirst();
        ChildSa old = sa.children().getFirst();
        old.wantDelete();
        rekeyChild(west());
        network.input(east(), new IkeInput.TimerDue());
        messages.release();
        network.runFor(Duration.ofSeconds(10));

        Agreement.assertOneOfEach(network);
        assertEquals(0, childRekeys(east()));
        assertNotEquals(old, east().ikeSas().getFirst().children().getFirst());
    }

    @Test
    void peerDeletesWhatWeRekey() {
        // {N(REKEY_SA, old), ...} -->          <-- {D(old)}
        //                          {D(old)} -->
        // <-- {N(CHILD_SA_NOT_FOUND)}
        // {SA, Ni, ...} -->                    <-- {SA, Nr, ...}
        establish(2);
        rekeyChild(east());
        west().ikeSas().getFirst().children().getFirst().wantDelete();
        network.input(west(), new IkeInput.TimerDue());
        messages.deliverFrom(west());
        messages.deliver(1);
        messages.release();
        network.runFor(Duration.ofSeconds(10));

        Agreement.assertOneOfEach(network);
    }

    @Test
    void bothDeleteTheSameChild() {
        // {D(old)} -->                         <-- {D(old)}
        //                                 {} -->
        // <-- {}
        establish(2);
        for (SimulatedGateway end : List.of(east(), west())) {
            end.ikeSas().getFirst().children().getFirst().wantDelete();
            network.input(end, new IkeInput.TimerDue());
        }
        Impersonator eastReader = new Impersonator(west(), network.nowNanos());
        int before = network.sent().size();
        messages.deliverFrom(west());
        IkeMessage answer = eastReader.open(network.sent().get(before));

        assertTrue(answer.all(DeletePayload.class).findAny().isEmpty());
        messages.release();
        network.runFor(Duration.ofSeconds(10));
        Agreement.assertOneOfEach(network);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void bothRekeyTheIkeSa(long seed) {
        // {SA, Ni, KEi} -->                   <-- {SA, Ni, KEi}
        // <-- {SA, Nr, KEr}                        {SA, Nr, KEr} -->
        // loser: {D(redundant IKE SA)} -->    winner: {D(old IKE SA)} -->
        establish(seed);
        rekeyIke(east());
        rekeyIke(west());
        messages.deliverFrom(east());
        messages.deliverFrom(west());
        messages.deliverFrom(east());
        messages.deliverFrom(west());

        assertSettles(Duration.ofSeconds(2));
        assertEquals(1, ikeRekeys(east()));
        assertEquals(1, ikeRekeys(west()));
    }

    @Test
    void losersDeleteOvertakesTheWinnersResponse() {
        for (long seed = 1; seed <= 8; seed++) {
            establish(seed);
            rekeyIke(east());
            rekeyIke(west());
            messages.deliverFrom(east());
            messages.deliverFrom(west());
            // West learns how it ends; the response to east waits.
            messages.deliverFrom(east());
            while (messages.size() > 1) {
                messages.deliver(1);
            }
            assertSettles(Duration.ofMinutes(1));
            assertEquals(1, ikeRekeys(east()));
        }
    }

    @Test
    void peerThatSawNoCollisionOnTheIkeSaIsFollowed() {
        // {SA, Ni, KEi} --> (delayed)         <-- {SA, Ni, KEi}
        //                          {SA, Nr, KEr} -->
        //                                     <-- {D(old IKE SA)}
        for (long seed = 1; seed <= 4; seed++) {
            establish(seed);
            rekeyIke(east());
            rekeyIke(west());
            messages.deliverFrom(west());
            messages.deliver(1);
            messages.deliverFrom(west());
            assertSettles(Duration.ofSeconds(20));
            assertEquals(1, ikeRekeys(east()));
        }
    }

    @Test
    void peerRekeysTheIkeSaWhileWeChangeAChild() {
        // {N(REKEY_SA), ...} -->              <-- {SA, Ni, KEi}
        //              {N(TEMPORARY_FAILURE)} -->
        // <-- {N(TEMPORARY_FAILURE)}
        establish(4);
        rekeyChild(east());
        rekeyIke(west());
        messages.deliverFrom(east());
        messages.deliverFrom(west());

        assertSettles(Duration.ofSeconds(40));
        assertEquals(1, childRekeys(east()));
        assertEquals(1, ikeRekeys(west()));
    }

    @Test
    void peerDeletesTheIkeSaThatWeRekey() {
        // {SA, Ni, KEi} -->                   <-- {D(IKE SA)}
        //                                 {} -->
        establish(4);
        rekeyIke(east());
        network.input(west(), new IkeInput.TunnelDown(TUNNEL));
        messages.deliverFrom(west());
        assertTrue(east().inbound().isEmpty());
        network.input(west(), new IkeInput.TunnelUp(TUNNEL));
        messages.release();
        network.runFor(Duration.ofSeconds(30));

        Agreement.assertOneOfEach(network);
    }

    @Test
    void tunnelThatGoesDownInACollisionLeavesNothing() {
        establish(4);
        rekeyIke(east());
        rekeyIke(west());
        messages.deliverFrom(west());
        network.input(east(), new IkeInput.TunnelDown(TUNNEL));
        messages.release();
        network.runFor(Duration.ofSeconds(50));

        assertTrue(east().ikeSas().isEmpty());
        assertTrue(east().inbound().isEmpty());
        assertTrue(west().ikeSas().isEmpty());
        assertTrue(west().inbound().isEmpty());
    }

    @Test
    void childThatIsDeletedBeforeItsNameArrivesIsNotUsed() {
        // {N(REKEY_SA, old), ...} -->
        //                                     <-- {SA, Nr, ...} (delayed)
        //                                     <-- {D(new)}
        //                                 {} -->
        establish(6);
        rekeyChild(east());
        messages.deliverFrom(east());
        Spi fresh =
                west().inbound().keySet().stream()
                        .filter(spi -> !spi.equals(east().outbound().orElseThrow().sa().spi()))
                        .findFirst()
                        .orElseThrow();
        new Impersonator(west(), network.nowNanos())
                .request(
                        east(),
                        Messages.INFORMATIONAL,
                        0,
                        new DeletePayload(ProtocolId.ESP, List.of(Octets.ofInt(fresh.value()))));
        messages.deliverFrom(west());

        assertNotEquals(fresh, east().outbound().orElseThrow().sa().spi());
        assertEquals(1, east().inbound().size());
        assertEquals(0, network.packetsLost());
    }

    @Test
    void rekeyOfAChildWhoseNameIsUnderWayIsPutOff() {
        // {N(REKEY_SA, old), ...} -->
        //                                     <-- {SA, Nr, ...} (delayed)
        //                                     <-- {N(REKEY_SA, new), ...}
        //              {N(TEMPORARY_FAILURE)} -->
        establish(6);
        rekeyChild(east());
        messages.deliverFrom(east());
        Impersonator west = new Impersonator(west(), network.nowNanos());
        IkeMessage answer =
                west.open(
                        west.request(
                                        east(),
                                        Messages.CREATE_CHILD_SA,
                                        0,
                                        new NotifyPayload(
                                                ProtocolId.ESP,
                                                Octets.ofInt(0x12345678),
                                                NotifyType.REKEY_SA,
                                                Octets.EMPTY))
                                .getFirst());

        assertEquals(NotifyType.TEMPORARY_FAILURE, answer.error().orElseThrow().notifyType());
    }
}
