package culvert.gateway.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import culvert.gateway.daemon.RoundTripTally.RoundTrip;
import culvert.ike.message.ExchangeType;
import culvert.ike.message.IkeSpi;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RoundTripTallyTest {
    private static final int REQUEST = 0x08;
    private static final int RESPONSE = 0x20;
    private static final int NOTIFY = 41;
    private static final int DELETE = 42;
    private static final int SK = 46;
    private static final long SPI = 0xc1a2b3c4_00000001L;

    private final RoundTripTally tally = new RoundTripTally();

    private static byte[] message(int exchange, int flags, int messageId) {
        return message(exchange, flags, messageId, 0);
    }

    /** A header as RFC 7296 3.1 draws it, and the first octet of SK. */
    private static byte[] message(int exchange, int flags, int messageId, int firstInside) {
        return ByteBuffer.allocate(29)
                .putLong(0, SPI)
                .put(16, (byte) SK)
                .put(18, (byte) exchange)
                .put(19, (byte) flags)
                .putInt(20, messageId)
                .put(28, (byte) firstInside)
                .array();
    }

    private static byte[] probe(int messageId) {
        return message(ExchangeType.INFORMATIONAL, REQUEST, messageId);
    }

    private Optional<RoundTrip> answered(int messageId, long nowNanos) {
        return tally.received(message(ExchangeType.INFORMATIONAL, RESPONSE, messageId), nowNanos);
    }

    @Test
    void isTheTimeFromTheRequestToItsResponse() {
        tally.sent(probe(1), 100);
        tally.sent(probe(2), 200);
        assertEquals(Optional.of(new RoundTrip(new IkeSpi(SPI), 50)), answered(2, 250));
        assertEquals(Optional.of(new RoundTrip(new IkeSpi(SPI), 200)), answered(1, 300));
        assertEquals(Optional.empty(), answered(1, 400), "a response that came twice");
    }

    @Test
    void isUnknownWhenTheRequestWasSentAgain() {
        tally.sent(probe(1), 100);
        tally.sent(probe(1), 200);
        assertEquals(Optional.empty(), answered(1, 250));
    }

    @Test
    void otherMessagesHaveNone() {
        tally.sent(message(ExchangeType.IKE_AUTH, REQUEST, 1), 100);
        tally.sent(message(ExchangeType.INFORMATIONAL, RESPONSE, 7), 100);
        assertEquals(Optional.empty(), answered(1, 200));
        assertEquals(Optional.empty(), answered(7, 200));
        tally.sent(probe(2), 100);
        assertEquals(Optional.empty(), tally.received(probe(2), 200), "the peer's own request");
        assertEquals(Optional.empty(), tally.received(new byte[28], 200));
    }

    @Test
    void deletionsAreNoProbes() {
        tally.sent(message(ExchangeType.INFORMATIONAL, REQUEST, 1, DELETE), 100);
        assertEquals(Optional.empty(), answered(1, 200));
    }

    /** A busy peer may put more into its response. */
    @Test
    void aProbeIsAnsweredByAnyResponse() {
        tally.sent(probe(1), 100);
        byte[] busy = message(ExchangeType.INFORMATIONAL, RESPONSE, 1, NOTIFY);
        assertEquals(100, tally.received(busy, 200).orElseThrow().nanos());
    }

    @Test
    void peersThatNeverAnswerCostBoundedMemory() {
        for (int i = 0; i <= RoundTripTally.MOST_PENDING; i++) {
            tally.sent(probe(i), i);
        }
        assertEquals(Optional.empty(), answered(0, 1000));
        assertEquals(999, answered(1, 1000).orElseThrow().nanos());
    }
}
