package culvert.ike;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.ike.message.DecodeResult;
import culvert.ike.message.ExchangeType;
import culvert.ike.message.IkeMessage;
import culvert.ike.message.MessageDecoder;
import culvert.ike.message.NotifyPayload;
import culvert.ike.message.NotifyType;
import culvert.ike.message.Payload;
import culvert.ike.message.Payload.Side;
import culvert.ike.message.SaPayload;
import culvert.ike.message.TsPayload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** IKE SAs without a CHILD SA (RFC 6023) are of no use to a tunnel. */
class ChildlessTest {
    private static final int CHILDLESS_IKEV2_SUPPORTED = 16418;

    private final SimulatedNetwork network =
            new SimulatedNetwork(Settings.east().build(), Settings.west().respond().build(), 47);
    private final HeldMessages messages = new HeldMessages(network);

    @Test
    void nobodyIsToldThatWeCould() {
        network.up();
        messages.deliver(0);
        for (IkeAction.Transmit transmit : network.sent()) {
            assertTrue(
                    FirstMessages.decode(transmit.message())
                            .all(NotifyPayload.class)
                            .noneMatch(n -> n.notifyType() == CHILDLESS_IKEV2_SUPPORTED));
        }
        assertEquals(2, network.sent().size());
    }

    @ParameterizedTest
    @ValueSource(classes = {Payload.class, SaPayload.class, TsPayload.class})
    void whoAsksForOneAllTheSameIsRefused(Class<?> missing) {
        // IKE_AUTH {IDi, AUTH} -->   <-- {N(INVALID_SYNTAX)}
        network.up();
        messages.deliver(0);
        messages.deliver(0);
        Impersonator east = new Impersonator(network.east(), network.nowNanos());
        List<Payload> payloads = new ArrayList<>(sentByEast().payloads());
        payloads.removeIf(
                p ->
                        missing == Payload.class
                                ? p instanceof SaPayload || p instanceof TsPayload
                                : missing.isInstance(p));
        IkeAction.Transmit answer =
                east.request(
                                network.west(),
                                ExchangeType.IKE_AUTH,
                                1,
                                payloads.toArray(Payload[]::new))
                        .getFirst();

        assertEquals(
                List.of(NotifyPayload.of(NotifyType.INVALID_SYNTAX)), east.open(answer).payloads());
        assertEquals(List.of(), network.west().ikeSas());
        assertEquals(0, network.west().count(IkeCounter.IKE_SAS_ESTABLISHED));
        network.inject(network.east(), answer);
        assertEquals(TunnelState.CONNECTING, network.east().state());

        messages.release();
        network.runUntil(Agreement::isOneOfEach, Duration.ofMinutes(1));
    }

    @Test
    void answerWithoutAChildIsGivenUp() {
        // IKE_AUTH {IDi, AUTH, SA, TSi, TSr} -->   <-- {IDr, AUTH}
        network.up();
        messages.deliver(0);
        messages.deliver(0);
        messages.deliver(0);
        Impersonator west = new Impersonator(network.west(), network.nowNanos());
        List<Payload> payloads =
                new ArrayList<>(opened(network.sent().getLast(), Side.RESPONDER).payloads());
        payloads.removeIf(p -> p instanceof SaPayload || p instanceof TsPayload);
        west.respond(network.east(), ExchangeType.IKE_AUTH, 1, payloads.toArray(Payload[]::new));

        assertEquals(TunnelState.CONNECTING, network.east().state());
        assertTrue(network.east().outbound().isEmpty());
        messages.release();
        network.runUntil(Agreement::isOneOfEach, Duration.ofMinutes(1));
    }

    private IkeMessage sentByEast() {
        return opened(network.sent().getLast(), Side.INITIATOR);
    }

    private IkeMessage opened(IkeAction.Transmit transmit, Side sender) {
        return ((DecodeResult.Ok)
                        MessageDecoder.open(
                                transmit.message(),
                                network.east()
                                        .ikeSas()
                                        .getFirst()
                                        .channel()
                                        .keys()
                                        .cipher(sender, new DeterministicRandom(1))))
                .message();
    }
}
