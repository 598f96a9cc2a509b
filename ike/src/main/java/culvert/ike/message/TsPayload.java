package culvert.ike.message;

import culvert.model.TrafficSelector;
import java.util.List;

/** TSi or TSr; selectors of unknown type are left out by the decoder (RFC 7296 3.13). */
public record TsPayload(Side side, List<TrafficSelector> selectors) implements Payload {
    public TsPayload {
        selectors = List.copyOf(selectors);
    }
}
