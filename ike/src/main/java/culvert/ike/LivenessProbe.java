package culvert.ike;

import culvert.ike.IkeInput.DatagramReceived;
import culvert.ike.message.ExchangeType;
import culvert.ike.message.IkeMessage;
import java.util.List;

/** An empty INFORMATIONAL request: any authentic response will do (RFC 7296 2.4). */
record LivenessProbe() implements LocalExchange {

    static void start(IkeSa sa, Turn turn) {
        sa.request(new LivenessProbe(), List.of(), turn);
    }

    @Override
    public int exchangeType() {
        return ExchangeType.INFORMATIONAL;
    }

    /** The message pipeline has taken the proof already. */
    @Override
    public void onResponse(IkeSa sa, IkeMessage response, DatagramReceived datagram, Turn turn) {}
}
