package culvert.gateway.daemon;

import culvert.model.IpPrefix;
import culvert.tunio.Route;
import culvert.tunio.RouteTarget;
import culvert.tunio.Rtnetlink;
import culvert.tunio.TunIoException;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Routes in the kernel's main table, under Culvert's own protocol number. */
final class KernelRoutes implements StaticRoutes.Table {
    private static final Logger log = LoggerFactory.getLogger(KernelRoutes.class);

    /** Of Culvert's own, so that a replace never overwrites somebody else's route. */
    private static final int METRIC = 213;

    private final Rtnetlink netlink;
    private final Map<String, Tunnel> tunnels;

    KernelRoutes(Rtnetlink netlink, Map<String, Tunnel> tunnels) {
        this.netlink = netlink;
        this.tunnels = tunnels;
    }

    @Override
    public void replace(IpPrefix destination, String tunnel) {
        netlink.routes().replace(route(destination, tunnel));
    }

    @Override
    public void remove(IpPrefix destination, String tunnel) {
        try {
            netlink.routes().delete(route(destination, tunnel));
        } catch (TunIoException e) {
            log.warn("route {} could not be removed: {}", destination, e.getMessage());
        }
    }

    private Route route(IpPrefix destination, String tunnel) {
        int interfaceIndex = Objects.requireNonNull(tunnels.get(tunnel), tunnel).interfaceIndex();
        return new Route(
                destination.network(),
                destination.length(),
                new RouteTarget.Interface(interfaceIndex),
                METRIC);
    }
}
