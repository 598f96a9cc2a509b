package culvert.gateway.daemon;

import culvert.model.IpPrefix;
import culvert.tunio.Rtnetlink;
import culvert.tunio.TunIoException;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Routes in the kernel's main table, under Culvert's own protocol number. */
final class KernelRoutes implements StaticRoutes.Table {
    private static final Logger log = LoggerFactory.getLogger(KernelRoutes.class);

    private final Rtnetlink netlink;
    private final Map<String, Tunnel> tunnels;

    KernelRoutes(Rtnetlink netlink, Map<String, Tunnel> tunnels) {
        this.netlink = netlink;
        this.tunnels = tunnels;
    }

    @Override
    public void replace(IpPrefix destination, String tunnel) {
        netlink.replaceRoute(
                destination.network(), destination.length(), interfaceIndex(tunnel));
    }

    @Override
    public void remove(IpPrefix destination, String tunnel) {
        try {
            netlink.deleteRoute(
                    destination.network(), destination.length(), interfaceIndex(tunnel));
        } catch (TunIoException e) {
            log.warn("route {} could not be removed: {}", destination, e.getMessage());
        }
    }

    private int interfaceIndex(String tunnel) {
        return Objects.requireNonNull(tunnels.get(tunnel), tunnel).interfaceIndex();
    }
}
