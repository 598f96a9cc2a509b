package culvert.ike.message;

import java.util.List;
import java.util.stream.Stream;

/**
 * One proposal of an SA payload (RFC 7296 3.3.1).
 *
 * @param number 1 for the first
 * @param protocolId {@link ProtocolId}
 * @param spi empty for the first IKE SA, 8 octets when an IKE SA is rekeyed, 4 for ESP
 */
public record Proposal(int number, int protocolId, Octets spi, List<Transform> transforms) {
    public Proposal {
        transforms = List.copyOf(transforms);
    }

    public Stream<Transform> ofType(int transformType) {
        return transforms.stream().filter(t -> t.type() == transformType);
    }
}
