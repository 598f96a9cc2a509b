package culvert.bgp.message;

import java.net.InetAddress;
import java.util.List;

/**
 * An UPDATE (RFC 4271 4.3) that says something; families share one form, whichever field of the
 * wire carried them.
 *
 * @param withdrawn prefixes that the sender no longer reaches
 * @param reachable prefixes that the sender reaches, by next hop: at most one entry for the classic
 *     fields and one for MP_REACH_NLRI
 * @param attributes what holds for all reachable prefixes; empty when there is none
 */
public record Update(List<Nlri> withdrawn, List<Reachable> reachable, PathAttributes attributes)
        implements BgpMessage {
    public Update {
        withdrawn = List.copyOf(withdrawn);
        reachable = List.copyOf(reachable);
    }

    public static Update withdraw(List<Nlri> withdrawn) {
        return new Update(withdrawn, List.of(), PathAttributes.EMPTY);
    }

    /**
     * Prefixes of one family with their next hop.
     *
     * @param nextHop where to send; of IPv6 prefixes it may be an IPv4 address (an IPv4-mapped one
     *     on the wire)
     */
    public record Reachable(InetAddress nextHop, List<Nlri> prefixes) {
        public Reachable {
            prefixes = List.copyOf(prefixes);
        }
    }

    @Override
    public int type() {
        return MessageType.UPDATE;
    }
}
