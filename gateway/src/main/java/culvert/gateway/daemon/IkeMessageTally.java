package culvert.gateway.daemon;

import culvert.ike.message.ExchangeType;
import java.util.List;
import java.util.stream.IntStream;

/**
 * IKE messages by exchange, as their headers say (RFC 7296 3.1): what comes in is counted before
 * anybody vouches for it. On the control loop.
 */
final class IkeMessageTally {
    /** The exchanges that we know; all others are counted together. */
    static final List<Integer> EXCHANGES =
            List.of(
                    ExchangeType.IKE_SA_INIT,
                    ExchangeType.IKE_AUTH,
                    ExchangeType.CREATE_CHILD_SA,
                    ExchangeType.INFORMATIONAL);

    private static final int EXCHANGE_TYPE_OFFSET = 18;
    private static final int KINDS = EXCHANGES.size() + 1;

    private final long[] sent = new long[KINDS];
    private final long[] received = new long[KINDS];

    /** Messages of one exchange. */
    record Line(String exchange, long sent, long received) {}

    void sent(byte[] message) {
        sent[kind(message)]++;
    }

    void received(byte[] message) {
        received[kind(message)]++;
    }

    private static int kind(byte[] message) {
        int type = message.length > EXCHANGE_TYPE_OFFSET ? message[EXCHANGE_TYPE_OFFSET] & 0xFF : 0;
        int known = EXCHANGES.indexOf(type);
        return known < 0 ? KINDS - 1 : known;
    }

    /** One line for each exchange, the unknown ones last. */
    List<Line> lines() {
        return IntStream.range(0, KINDS)
                .mapToObj(kind -> new Line(name(kind), sent[kind], received[kind]))
                .toList();
    }

    private static String name(int kind) {
        return kind < EXCHANGES.size() ? ExchangeType.name(EXCHANGES.get(kind)) : "other";
    }
}
