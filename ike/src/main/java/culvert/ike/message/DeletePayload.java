package culvert.ike.message;

import java.util.List;

/**
 * D: SPIs of the sender's inbound SAs that end; none when the IKE SA itself ends (RFC 7296 3.11).
 */
public record DeletePayload(int protocolId, List<Octets> spis) implements Payload {
    public DeletePayload {
        spis = List.copyOf(spis);
    }
}
