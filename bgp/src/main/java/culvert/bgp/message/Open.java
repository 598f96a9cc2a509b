package culvert.bgp.message;

import java.util.List;
import java.util.Optional;

/**
 * An OPEN (RFC 4271 4.2).
 *
 * @param asn AS number of the sender, unsigned: of the four-octet capability where there is one
 *     (RFC 6793), else of the two-octet field
 * @param holdTimeSeconds proposed hold time, 0 to 65535
 * @param bgpIdentifier four octets that name the speaker within its AS (RFC 6286), unsigned
 */
public record Open(int asn, int holdTimeSeconds, int bgpIdentifier, List<Capability> capabilities)
        implements BgpMessage {
    public static final int VERSION = 4;

    /** Stands in the two-octet field for an AS number that does not fit (RFC 6793). */
    public static final int AS_TRANS = 23456;

    public Open {
        capabilities = List.copyOf(capabilities);
    }

    @Override
    public int type() {
        return MessageType.OPEN;
    }

    /** The first capability of this kind. */
    public <C extends Capability> Optional<C> capability(Class<C> kind) {
        return capabilities.stream().filter(kind::isInstance).map(kind::cast).findFirst();
    }

    public boolean has(Class<? extends Capability> kind) {
        return capability(kind).isPresent();
    }

    /** Whether routes of the family may be exchanged with the sender (RFC 4760 8). */
    public boolean offers(AddressFamily family) {
        if (!has(Capability.MultiProtocol.class)) {
            return family == AddressFamily.IPV4_UNICAST;
        }
        return capabilities.contains(new Capability.MultiProtocol(family.afi(), family.safi()));
    }
}
