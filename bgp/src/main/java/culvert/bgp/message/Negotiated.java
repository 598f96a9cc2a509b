package culvert.bgp.message;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What two OPENs agreed on; the codec and the session read by it.
 *
 * @param external the peer belongs to another AS (eBGP)
 * @param fourOctetAs AS numbers in messages have four octets (RFC 6793)
 * @param families families whose routes are exchanged
 * @param extendedMessages the peer takes messages of up to 65,535 octets (RFC 8654)
 * @param routeRefresh the peer answers ROUTE-REFRESH (RFC 2918)
 * @param enhancedRouteRefresh both mark begin and end of a refresh (RFC 7313)
 * @param holdTimeSeconds the lower of both proposals; zero means no timers (RFC 4271 4.2)
 * @param peerRestart the peer's graceful restart capability, when both have one (RFC 4724)
 * @param notificationRestart both keep routes across NOTIFICATIONs (RFC 8538)
 */
public record Negotiated(
        boolean external,
        boolean fourOctetAs,
        List<AddressFamily> families,
        boolean extendedMessages,
        boolean routeRefresh,
        boolean enhancedRouteRefresh,
        int holdTimeSeconds,
        Optional<Capability.GracefulRestart> peerRestart,
        boolean notificationRestart) {

    /** What holds before the OPENs are exchanged. */
    public static final Negotiated NOTHING =
            new Negotiated(true, true, List.of(), false, false, false, 0, Optional.empty(), false);

    public Negotiated {
        families = List.copyOf(families);
    }

    public static Negotiated of(Open ours, Open theirs) {
        List<AddressFamily> families = new ArrayList<>();
        for (AddressFamily family : AddressFamily.values()) {
            if (ours.offers(family) && theirs.offers(family)) {
                families.add(family);
            }
        }
        Optional<Capability.GracefulRestart> ourRestart =
                ours.capability(Capability.GracefulRestart.class);
        Optional<Capability.GracefulRestart> peerRestart =
                ourRestart.flatMap(r -> theirs.capability(Capability.GracefulRestart.class));
        return new Negotiated(
                ours.asn() != theirs.asn(),
                ours.has(Capability.FourOctetAs.class) && theirs.has(Capability.FourOctetAs.class),
                families,
                theirs.has(Capability.ExtendedMessages.class),
                theirs.has(Capability.RouteRefreshing.class),
                ours.has(Capability.EnhancedRouteRefresh.class)
                        && theirs.has(Capability.EnhancedRouteRefresh.class),
                Math.min(ours.holdTimeSeconds(), theirs.holdTimeSeconds()),
                peerRestart,
                ourRestart.filter(Capability.GracefulRestart::notification).isPresent()
                        && peerRestart
                                .filter(Capability.GracefulRestart::notification)
                                .isPresent());
    }

    /** Length of the longest message that the peer takes, in octets, OPEN and KEEPALIVE apart. */
    public int maximumMessageOctets() {
        return extendedMessages
                ? MessageFramer.EXTENDED_MAXIMUM_OCTETS
                : MessageFramer.MAXIMUM_OCTETS;
    }
}
