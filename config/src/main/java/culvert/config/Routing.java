package culvert.config;

import culvert.bgp.rib.PrefixRule;
import culvert.model.IpPrefix;
import java.util.List;

/** How the networks behind the peer of a connection become known. */
public sealed interface Routing {

    /**
     * From the file.
     *
     * @param routes at least one, none twice
     */
    record Static(List<IpPrefix> routes) implements Routing {
        public Static {
            routes = List.copyOf(routes);
        }
    }

    /**
     * From the peer, over a BGP session in each tunnel.
     *
     * @param peerAsn 1 to 4294967295 (RFC 6793), other than our own
     * @param accept what these match is taken; empty: all but our own and those that cover an
     *     inside or outside address
     * @param maxPrefixes the session is closed when the peer announces more
     * @param advertise what these match is announced; empty: all
     * @param maxAdvertised prefixes announced at most
     * @param advertiseDefault announce a default route, whether we have one or not
     */
    record Bgp(
            long peerAsn,
            List<PrefixRule> accept,
            int maxPrefixes,
            List<PrefixRule> advertise,
            int maxAdvertised,
            boolean advertiseDefault)
            implements Routing {
        public Bgp {
            accept = List.copyOf(accept);
            advertise = List.copyOf(advertise);
        }
    }
}
