package culvert.ike.message;

import java.util.List;

/** SA: the proposals offered, or the one chosen (RFC 7296 3.3). */
public record SaPayload(List<Proposal> proposals) implements Payload {
    public SaPayload {
        proposals = List.copyOf(proposals);
    }
}
