package culvert.ike;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.ike.crypto.KeyExchange;
import culvert.ike.crypto.KeyExchangeGroup;
import culvert.ike.message.DeletePayload;
import culvert.ike.message.IkeMessage;
import culvert.ike.message.IkeSpi;
import culvert.ike.message.KePayload;
import culvert.ike.message.NoncePayload;
import culvert.ike.message.NotifyPayload;
import culvert.ike.message.NotifyType;
import culvert.ike.message.Octets;
import culvert.ike.message.Payload;
import culvert.ike.message.Payload.Side;
import culvert.ike.message.ProtocolId;
import culvert.ike.message.SaPayload;
import culvert.ike.message.TsPayload;
import culvert.model.Spi;
import culvert.model.TrafficSelector;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a request of the peer gets while one of ours is under way (RFC 7296 2.25.1, 2.25.2), and
 * what is left when only one of two that cross succeeds.
 */
class CollisionAnswersTest {
    private static final String TUNNEL = Settings.TUNNEL;

    private final SimulatedNetwork network =
            new SimulatedNetwork(Settings.east().build(), Settings.west().respond().build(), 3);

    private HeldMessages messages = new HeldMessages(network);
    private int nextId;

    /** What east is doing. */
    enum Ours {
        CREATES_CHILD,
        REKEYS_CHILD,
        DELETES_CHILD,
        REKEYS_IKE,
        DELETES_IKE
    }

    /** What west asks for. */
    enum Theirs {
        CREATE_CHILD,
        REKEY_CHILD,
        REKEY_IKE
    }

    @BeforeEach
    void establish() {
        network.loseNothing();
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

    private Impersonator asWest() {
        return new Impersonator(west(), network.nowNanos());
    }

    private void begin(Ours deed) {
        switch (deed) {
            case CREATES_CHILD ->
                    // What the peer deletes is asked for again at once.
                    asWest().request(
                                    east(),
                                    Messages.INFORMATIONAL,
                                    nextId++,
                                    new DeletePayload(ProtocolId.ESP, List.of(westInbound())));
            case REKEYS_CHILD -> network.input(east(), new IkeInput.RekeyChildSa(TUNNEL));
            case DELETES_CHILD -> {
                east().ikeSas().getFirst().children().getFirst().wantDelete();
                network.input(east(), new IkeInput.TimerDue());
            }
            case REKEYS_IKE -> network.input(east(), new IkeInput.RekeyIkeSa(TUNNEL));
            case DELETES_IKE -> network.input(east(), new IkeInput.TunnelDown(TUNNEL));
        }
        assertTrue(east().ikeSas().getFirst().inFlight().isPresent());
    }

    private Octets westInbound() {
        return Octets.ofInt(west().inbound().keySet().iterator().next().value());
    }

    private Payload[] request(Theirs wish, Octets childSpi) {
        NoncePayload nonce = new NoncePayload(Octets.copyOf(new byte[32]));
        List<TrafficSelector> any = List.of(TrafficSelector.ANY_IPV4);
        SaPayload child =
                EspProposals.offer(
                        Settings.west().build().espProposals(), new Spi(0x01020304), true);
        TsPayload from = new TsPayload(Side.INITIATOR, any);
        TsPayload to = new TsPayload(Side.RESPONDER, any);
        return switch (wish) {
            case CREATE_CHILD -> new Payload[] {child, nonce, from, to};
            case REKEY_CHILD ->
                    new Payload[] {
                        new NotifyPayload(
                                ProtocolId.ESP, childSpi, NotifyType.REKEY_SA, Octets.EMPTY),
                        child,
                        nonce,
                        from,
                        to
                    };
            case REKEY_IKE -> {
                KeyExchangeGroup group = Settings.west().build().ikeProposals().getFirst().group();
                yield new Payload[] {
                    IkeProposals.offer(
                            Settings.west().build().ikeProposals(),
                            RekeyIkeSa.octets(new IkeSpi(0x0102030405060708L))),
                    nonce,
                    new KePayload(
                            group.transformId(),
                            KeyExchange.generate(group, new DeterministicRandom(4)).publicValue())
                };
            }
        };
    }

    @ParameterizedTest
    @CsvSource({
        "CREATES_CHILD, CREATE_CHILD, true",
        "CREATES_CHILD, REKEY_CHILD, true",
        "CREATES_CHILD, REKEY_IKE, true",
        "REKEYS_CHILD, CREATE_CHILD, true",
        "REKEYS_CHILD, REKEY_CHILD, false",
        "REKEYS_CHILD, REKEY_IKE, true",
        "DELETES_CHILD, CREATE_CHILD, false",
        "DELETES_CHILD, REKEY_IKE, true",
        "REKEYS_IKE, CREATE_CHILD, true",
        "REKEYS_IKE, REKEY_CHILD, true",
        "REKEYS_IKE, REKEY_IKE, false",
        "DELETES_IKE, CREATE_CHILD, true",
        "DELETES_IKE, REKEY_CHILD, true",
        "DELETES_IKE, REKEY_IKE, true",
    })
    void whatCannotBeDoneNowIsPutOff(Ours ours, Theirs theirs, boolean putOff) {
        // {ours} -->   <-- {theirs}
        //              {N(TEMPORARY_FAILURE)} or {SA, Nr, ...} -->
        Octets child = westInbound();
        begin(ours);
        int ikeSas = east().ikeSas().size();
        int inbound = east().inbound().size();
        IkeMessage answer =
                asWest().open(
                                asWest().request(
                                                east(),
                                                Messages.CREATE_CHILD_SA,
                                                nextId,
                                                request(theirs, child))
                                        .getFirst());

        if (putOff) {
            assertEquals(
                    List.of(NotifyPayload.of(NotifyType.TEMPORARY_FAILURE)), answer.payloads());
            assertEquals(ikeSas, east().ikeSas().size());
            assertEquals(inbound, east().inbound().size());
        } else {
            assertTrue(answer.first(SaPayload.class).isPresent(), answer::toString);
            assertEquals(ikeSas + inbound + 1, east().ikeSas().size() + east().inbound().size());
        }
    }

    @Test
    void refusalOfARekeyDoesNotWaitForEverForTheAnswerToOurDelete() {
        // {D(old)} --X                         <-- {N(REKEY_SA, old), ...}
        //                                      <-- {N(REKEY_SA, old), ...} (again)
        //              {N(TEMPORARY_FAILURE)} -->
        network.input(west(), new IkeInput.RekeyChildSa(TUNNEL));
        begin(Ours.DELETES_CHILD);
        messages.loseFrom(east());
        messages.deliverAndKeep(0);
        assertEquals(1, messages.size());
        network.runFor(Duration.ofNanos(IkeTiming.HOLD_REFUSAL_NANOS));
        int before = network.sent().size();
        messages.deliverAndKeep(0);

        assertEquals(
                List.of(NotifyPayload.of(NotifyType.TEMPORARY_FAILURE)),
                asWest().open(network.sent().get(before)).payloads());
        settle();
    }

    private void settle() {
        messages.release();
        network.startTraffic();
        network.runFor(Duration.ofSeconds(40));
        Agreement.assertOneOfEach(network);
        assertTrue(network.packetsSent() > 0);
        assertEquals(0, network.packetsLost());
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                NotifyType.TEMPORARY_FAILURE,
                NotifyType.NO_PROPOSAL_CHOSEN,
                NotifyType.TS_UNACCEPTABLE,
                NotifyType.NO_ADDITIONAL_SAS,
                NotifyType.CHILD_SA_NOT_FOUND
            })
    void rekeyThatIsRefusedDoesNotHarmTheOneThatCrossedIt(int notifyType) {
        // {N(REKEY_SA), ...} -->               <-- {N(REKEY_SA), ...}
        //                         {SA, Nr, ...} -->
        // <-- {N(TS_UNACCEPTABLE)}             <-- {D(old)}
        begin(Ours.REKEYS_CHILD);
        int id = Messages.header(network.sent().getLast()).messageId();
        network.input(west(), new IkeInput.RekeyChildSa(TUNNEL));
        messages.deliverFrom(west());
        messages.loseFrom(east());
        // West's window must not miss the request that we answer in its place.
        new Impersonator(east(), network.nowNanos()).request(west(), Messages.INFORMATIONAL, id);
        asWest().respond(
                        east(),
                        Messages.CREATE_CHILD_SA,
                        id,
                        NotifyPayload.of(notifyType, Octets.EMPTY));

        settle();
        assertEquals(1, east().status(network.nowNanos()).child().orElseThrow().rekeys());
    }
}
