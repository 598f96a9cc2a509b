package culvert.ike.message;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A decoded message.
 *
 * @param payloads in wire order, those inside SK already opened
 * @param content of a protected message what its sender protected, octet for octet: see {@link
 *     MessageEncoder#content}; empty for one in the clear
 */
public record IkeMessage(IkeHeader header, List<Payload> payloads, Octets content) {
    public IkeMessage {
        payloads = List.copyOf(payloads);
    }

    /** A message in the clear. */
    public IkeMessage(IkeHeader header, List<Payload> payloads) {
        this(header, payloads, Octets.EMPTY);
    }

    /** The first payload of this kind. */
    public <P extends Payload> Optional<P> first(Class<P> kind) {
        return all(kind).findFirst();
    }

    public <P extends Payload> Stream<P> all(Class<P> kind) {
        return payloads.stream().filter(kind::isInstance).map(kind::cast);
    }

    /** The first notify of this type. */
    public Optional<NotifyPayload> notify(int notifyType) {
        return all(NotifyPayload.class).filter(n -> n.notifyType() == notifyType).findFirst();
    }

    /** The first notify that reports an error: types below 16384 (RFC 7296 3.10.1). */
    public Optional<NotifyPayload> error() {
        return all(NotifyPayload.class).filter(NotifyPayload::isError).findFirst();
    }
}
