package culvert.bgp.message;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** Packs many prefixes that share attributes into as few UPDATEs as the peer's limit allows. */
public final class UpdatePacker {
    /** Message header and both length fields. */
    private static final int FIXED_OCTETS = MessageFramer.HEADER_OCTETS + 4;

    /** MP_REACH_NLRI with an IPv6 next hop, without its prefixes; NEXT_HOP is shorter. */
    private static final int LONGEST_NEXT_HOP_OCTETS = 4 + 5 + 16;

    private static final int UNREACH_HEADER_OCTETS = 4 + 3;

    private final Negotiated session;

    public UpdatePacker(Negotiated session) {
        this.session = session;
    }

    /**
     * UPDATEs that announce the prefixes, all of one family.
     *
     * @return empty when the attributes alone fill a message: the route cannot be announced (RFC
     *     8654 4)
     */
    public List<byte[]> announce(PathAttributes attributes, InetAddress nextHop, List<Nlri> nlri) {
        int room =
                session.maximumMessageOctets()
                        - FIXED_OCTETS
                        - AttributeEncoder.lengthOctets(attributes, session.fourOctetAs())
                        - LONGEST_NEXT_HOP_OCTETS;
        List<byte[]> messages = new ArrayList<>();
        for (List<Nlri> part : split(nlri, room)) {
            Update.Reachable reachable = new Update.Reachable(nextHop, part);
            messages.add(
                    MessageEncoder.encode(
                            new Update(List.of(), List.of(reachable), attributes), session));
        }
        return messages;
    }

    /** UPDATEs that withdraw the prefixes, all of one family. */
    public List<byte[]> withdraw(List<Nlri> nlri) {
        int room = session.maximumMessageOctets() - FIXED_OCTETS - UNREACH_HEADER_OCTETS;
        List<byte[]> messages = new ArrayList<>();
        for (List<Nlri> part : split(nlri, room)) {
            messages.add(MessageEncoder.encode(Update.withdraw(part), session));
        }
        return messages;
    }

    private static List<List<Nlri>> split(List<Nlri> nlri, int roomOctets) {
        List<List<Nlri>> parts = new ArrayList<>();
        int from = 0;
        int used = 0;
        for (int i = 0; i < nlri.size(); i++) {
            int octets = NlriCodec.lengthOctets(nlri.get(i));
            if (octets > roomOctets) {
                return List.of();
            }
            if (used + octets > roomOctets) {
                parts.add(nlri.subList(from, i));
                from = i;
                used = 0;
            }
            used += octets;
        }
        parts.add(nlri.subList(from, nlri.size()));
        return parts;
    }
}
