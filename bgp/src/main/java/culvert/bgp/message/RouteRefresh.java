package culvert.bgp.message;

/**
 * A ROUTE-REFRESH (RFC 2918), with its subtypes (RFC 7313).
 *
 * @param afi address family, also of families that Culvert does not route
 * @param subtype 0 request, 1 beginning and 2 end of the refreshed routes; others mean nothing
 */
public record RouteRefresh(int afi, int safi, int subtype) implements BgpMessage {
    public static final int REQUEST = 0;
    public static final int BEGIN_OF_ROUTE_REFRESH = 1;
    public static final int END_OF_ROUTE_REFRESH = 2;

    public static RouteRefresh of(AddressFamily family, int subtype) {
        return new RouteRefresh(family.afi(), family.safi(), subtype);
    }

    @Override
    public int type() {
        return MessageType.ROUTE_REFRESH;
    }
}
