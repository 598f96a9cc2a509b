package culvert.gateway.daemon;

import culvert.config.TunnelConfig;
import culvert.esp.TunnelDataplane;
import culvert.gateway.log.LogKey;
import culvert.model.Encapsulation;
import culvert.tunio.Link;
import culvert.tunio.Rtnetlink;
import culvert.tunio.TunIoException;
import java.net.InetAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one tunnel's MTU to what the path to its peer carries: the TUN device then has the kernel
 * fragment before encryption and answer DF with ICMP, and TCP is clamped to it. Belongs to the
 * control loop.
 */
final class OutsidePath {
    private static final Logger log = LoggerFactory.getLogger(OutsidePath.class);

    private final TunnelConfig config;
    private final InetAddress local;
    private final int interfaceIndex;
    private final Rtnetlink netlink;
    private final TunnelDataplane dataplane;
    private final int smallestMtuBytes;
    private final PathMtu path;
    private Encapsulation encapsulation;
    private int mtuBytes;

    /**
     * @param mtuBytes the MTU that the TUN device was given
     */
    OutsidePath(
            TunnelConfig config,
            int interfaceIndex,
            int mtuBytes,
            InetAddress peer,
            Rtnetlink netlink,
            TunnelDataplane dataplane) {
        this.config = config;
        this.local = config.ike().localAddress();
        this.interfaceIndex = interfaceIndex;
        this.netlink = netlink;
        this.dataplane = dataplane;
        this.encapsulation = config.ike().encapsulation();
        this.smallestMtuBytes =
                carriesIpv6() ? PathMtu.SMALLEST_IPV6_BYTES : PathMtu.SMALLEST_IPV4_BYTES;
        this.mtuBytes = mtuBytes;
        boolean ipv4 = local.getAddress().length == Integer.BYTES;
        this.path = new PathMtu(ipv4, TunnelMtu.OUTSIDE_BYTES, System.nanoTime());
        if (path.link(linkBytes(peer))) {
            adopt("the first link to the peer carries less than Ethernet");
        }
    }

    private boolean carriesIpv6() {
        return !config.insideAddress().isIpv4()
                || config.ike().remoteSelectors().stream().anyMatch(s -> !s.isIpv4());
    }

    /** ESP leaves in this form from now on. */
    void travels(Encapsulation how) {
        if (how != encapsulation) {
            encapsulation = how;
            adopt("ESP travels in another form");
        }
    }

    /** The TUN device's MTU now. */
    int mtuBytes() {
        return mtuBytes;
    }

    /** What the path to the peer carries, as far as is known. */
    int pathBytes() {
        return path.bytes();
    }

    /** ICMP has told something about the path. */
    void claimed() {
        dataplane
                .takePathMtuClaim()
                .ifPresent(
                        claim -> {
                            if (path.claim(claim, System.nanoTime())) {
                                adopt("ICMP");
                            }
                        });
    }

    /** The peer has another address. */
    void moved(InetAddress peer) {
        path.moved(System.nanoTime());
        if (path.link(linkBytes(peer))) {
            adopt("another link leads to the peer");
        }
    }

    /** Does what is due; to be called a few times a second. */
    void tick(InetAddress peer) {
        if (dataplane.outboundActivity().isEmpty()) {
            return;
        }
        switch (path.due(System.nanoTime())) {
            case NOTHING -> {}
            case PROBE -> {
                if (path.link(linkBytes(peer))) {
                    adopt("the link to the peer has another MTU");
                }
                dataplane.probePath(TunnelMtu.packetBytes(encapsulation, path.linkBytes(), local));
            }
            case WIDER -> adopt("nothing stands in the way of a longer packet any more");
        }
    }

    private void adopt(String why) {
        int before = mtuBytes;
        int now = TunnelMtu.of(encapsulation, path.bytes(), local);
        mtuBytes = Math.max(now, smallestMtuBytes);
        if (mtuBytes == before) {
            return;
        }
        dataplane.setMtu(mtuBytes);
        try {
            netlink.links().setMtu(interfaceIndex, mtuBytes);
        } catch (TunIoException e) {
            log.atWarn()
                    .addKeyValue(LogKey.TUNNEL, config.name())
                    .addKeyValue(LogKey.EVENT, "path-mtu")
                    .addKeyValue(LogKey.REASON, e.getMessage())
                    .log("{} keeps its MTU", config.interfaceName());
            return;
        }
        log.atInfo()
                .addKeyValue(LogKey.TUNNEL, config.name())
                .addKeyValue(LogKey.EVENT, "path-mtu")
                .addKeyValue(LogKey.REASON, why)
                .log(
                        "MTU of {} is {}, was {}: the path to the peer carries {} octets",
                        config.interfaceName(),
                        mtuBytes,
                        before,
                        path.bytes());
    }

    /** The MTU of the interface that leads to the peer, at most Ethernet's. */
    private int linkBytes(InetAddress peer) {
        try {
            int index =
                    netlink.routes().lookup(peer).map(route -> route.interfaceIndex()).orElse(0);
            return netlink.links().list().stream()
                    .filter(link -> link.index() == index)
                    .mapToInt(Link::mtuBytes)
                    .map(mtu -> Math.min(mtu, TunnelMtu.OUTSIDE_BYTES))
                    .findFirst()
                    .orElse(TunnelMtu.OUTSIDE_BYTES);
        } catch (TunIoException e) {
            return TunnelMtu.OUTSIDE_BYTES; // no route yet: the next move or probe asks again
        }
    }
}
