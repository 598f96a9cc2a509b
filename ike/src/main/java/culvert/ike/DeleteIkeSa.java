package culvert.ike;

import culvert.ike.IkeInput.DatagramReceived;
import culvert.ike.message.DeletePayload;
import culvert.ike.message.ExchangeType;
import culvert.ike.message.IkeMessage;
import culvert.ike.message.Payload;
import culvert.ike.message.ProtocolId;
import java.util.ArrayList;
import java.util.List;

/** INFORMATIONAL with a Delete payload for the IKE SA, and so for all that it holds (1.4.1). */
record DeleteIkeSa() implements LocalExchange {

    static void start(IkeSa sa, Turn turn) {
        List<Payload> payloads = new ArrayList<>(sa.deleteWith());
        payloads.add(new DeletePayload(ProtocolId.IKE, List.of()));
        sa.request(new DeleteIkeSa(), payloads, turn);
    }

    @Override
    public int exchangeType() {
        return ExchangeType.INFORMATIONAL;
    }

    @Override
    public void onResponse(IkeSa sa, IkeMessage response, DatagramReceived datagram, Turn turn) {
        sa.close(turn);
    }
}
