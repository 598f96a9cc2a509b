package culvert.gateway.daemon;

import culvert.ike.message.ExchangeType;
import culvert.ike.message.IkeSpi;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Round trips of our liveness probes, as the headers of the messages tell (RFC 7296 3.1): a probe
 * is an INFORMATIONAL request whose SK payload, the only one, holds none (1.4). A request that was
 * sent twice has none: nobody knows which copy was answered. On the control loop.
 *
 * <pre>
 *   octet 16: next payload (SK)   18: exchange type   19: flags   20: message ID
 *         28: next payload, the first one inside SK
 * </pre>
 */
final class RoundTripTally {
    static final int MOST_PENDING = 64;

    private static final int SHORTEST_BYTES = 29;
    private static final int NEXT_PAYLOAD_OFFSET = 16;
    private static final int EXCHANGE_TYPE_OFFSET = 18;
    private static final int FLAGS_OFFSET = 19;
    private static final int MESSAGE_ID_OFFSET = 20;
    private static final int FIRST_INSIDE_OFFSET = 28;
    private static final int RESPONSE_FLAG = 0x20;
    private static final int NO_PAYLOAD = 0;
    private static final int ENCRYPTED = 46; // SK, RFC 7296 3.14

    private final Map<Request, Sent> pending = new LinkedHashMap<>();

    private record Request(long initiatorSpi, int messageId) {}

    private record Sent(long atNanos, boolean once) {}

    /** One request and its response. */
    record RoundTrip(IkeSpi initiatorSpi, long nanos) {}

    void sent(byte[] message, long nowNanos) {
        if (!isProbe(message)) {
            return;
        }
        pending.merge(
                request(message),
                new Sent(nowNanos, true),
                (first, again) -> new Sent(first.atNanos, false));
        if (pending.size() > MOST_PENDING) {
            var eldest = pending.entrySet().iterator();
            eldest.next();
            eldest.remove();
        }
    }

    Optional<RoundTrip> received(byte[] message, long nowNanos) {
        if (!isInformational(message, RESPONSE_FLAG)) { // what it holds is the peer's choice
            return Optional.empty();
        }
        Request request = request(message);
        return Optional.ofNullable(pending.remove(request))
                .filter(Sent::once)
                .map(
                        sent ->
                                new RoundTrip(
                                        new IkeSpi(request.initiatorSpi), nowNanos - sent.atNanos));
    }

    private static boolean isProbe(byte[] message) {
        return isInformational(message, 0)
                && (message[NEXT_PAYLOAD_OFFSET] & 0xFF) == ENCRYPTED
                && message[FIRST_INSIDE_OFFSET] == NO_PAYLOAD;
    }

    private static boolean isInformational(byte[] message, int responseFlag) {
        return message.length >= SHORTEST_BYTES
                && (message[EXCHANGE_TYPE_OFFSET] & 0xFF) == ExchangeType.INFORMATIONAL
                && (message[FLAGS_OFFSET] & RESPONSE_FLAG) == responseFlag;
    }

    private static Request request(byte[] message) {
        ByteBuffer header = ByteBuffer.wrap(message);
        return new Request(header.getLong(0), header.getInt(MESSAGE_ID_OFFSET));
    }
}
