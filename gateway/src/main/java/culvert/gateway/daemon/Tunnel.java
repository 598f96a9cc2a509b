package culvert.gateway.daemon;

import culvert.config.TunnelConfig;
import culvert.esp.CryptoBackend;
import culvert.esp.DataplaneEvents;
import culvert.esp.DataplaneSettings;
import culvert.esp.IkeDatagramSink;
import culvert.esp.TunnelDataplane;
import culvert.gateway.log.LogKey;
import culvert.tunio.InterfaceAddress;
import culvert.tunio.KernelForwarding;
import culvert.tunio.KernelForwarding.ReversePathFilter;
import culvert.tunio.LinkTable;
import culvert.tunio.Rtnetlink;
import culvert.tunio.TunDevice;
import culvert.tunio.TunIoException;
import culvert.tunio.UdpSocket;
import java.net.InetSocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One tunnel's own world: its TUN device, its connected UDP socket, its two packet threads
 * (invariant 3). Made and closed by the control loop.
 */
final class Tunnel implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Tunnel.class);

    /** Packets that wait in the TUN device while the outbound thread sleeps. */
    private static final int TUN_QUEUE_PACKETS = 1000;

    private TunnelConfig config;
    private final TunDevice tun;
    private final UdpSocket udp;
    private final TunnelDataplane dataplane;
    private final int mtuBytes;
    private InetSocketAddress peer;
    private boolean connected;

    Tunnel(
            TunnelConfig config,
            Rtnetlink netlink,
            CryptoBackend crypto,
            IkeDatagramSink ike,
            DataplaneEvents events) {
        this.config = config;
        this.mtuBytes = TunnelMtu.inUdp(config.ike().localAddress());
        this.peer =
                new InetSocketAddress(config.ike().peerAddress(), IkeListener.NAT_TRAVERSAL_PORT);
        this.tun = TunDevice.open(config.interfaceName());
        try {
            this.udp =
                    UdpSocket.bind(
                            new InetSocketAddress(
                                    config.ike().localAddress(), IkeListener.NAT_TRAVERSAL_PORT));
        } catch (TunIoException e) {
            tun.close();
            throw e;
        }
        try {
            configureInterface(netlink);
        } catch (TunIoException e) {
            udp.close();
            tun.close();
            throw e;
        }
        connect();
        this.dataplane =
                new TunnelDataplane(
                        config.name(),
                        tun,
                        udp,
                        DataplaneSettings.of(mtuBytes, crypto),
                        ike,
                        events);
    }

    /**
     * Goes on under other settings. Its device and its socket stay the same: what they depend on
     * needs another tunnel.
     */
    void configure(TunnelConfig changed, Rtnetlink netlink) {
        TunnelConfig before = config;
        config = changed;
        if (!changed.insideAddress().equals(before.insideAddress())) {
            // Never without an address, or the kernel removes the device's routes; and once more,
            // because an address of the same block goes with the first one.
            netlink.addresses().replace(inside(changed));
            netlink.addresses().remove(inside(before));
            netlink.addresses().replace(inside(changed));
        }
        if (!changed.ike().peerAddress().equals(before.ike().peerAddress())) {
            moveTo(
                    new InetSocketAddress(
                            changed.ike().peerAddress(), IkeListener.NAT_TRAVERSAL_PORT));
        }
    }

    private InterfaceAddress inside(TunnelConfig of) {
        return new InterfaceAddress(
                tun.interfaceIndex(),
                of.insideAddress().local(),
                of.insideAddress().prefixLength());
    }

    private void configureInterface(Rtnetlink netlink) {
        int index = tun.interfaceIndex();
        LinkTable links = netlink.links();
        links.setMtu(index, mtuBytes);
        links.setTransmitQueueLength(index, TUN_QUEUE_PACKETS);
        // gso_max_size stays at 64 KiB: the kernel cuts a forwarded superpacket that exceeds it
        // into
        // single packets, which costs far more than the second send that a full one needs.
        netlink.addresses().replace(inside(config));
        links.setUp(index);
        admitAsymmetricPaths();
    }

    /** Traffic may leave by one tunnel and return by the other: AWS says it must be tolerated. */
    private void admitAsymmetricPaths() {
        for (String scope : new String[] {"all", tun.name()}) {
            if (KernelForwarding.reversePathFilter(scope) == ReversePathFilter.STRICT) {
                loosenReversePathFilter();
            }
        }
    }

    /** A hardened service may not write to /proc/sys: then the packaged sysctl.d file must. */
    private void loosenReversePathFilter() {
        try {
            KernelForwarding.setReversePathFilter(tun.name(), ReversePathFilter.LOOSE);
        } catch (TunIoException e) {
            log.atWarn()
                    .addKeyValue(LogKey.TUNNEL, name())
                    .addKeyValue(LogKey.EVENT, "strict-reverse-path-filter")
                    .addKeyValue(LogKey.REASON, e.getMessage())
                    .log("packets that return by the other tunnel will be dropped");
        }
    }

    void start() {
        dataplane.start();
    }

    String name() {
        return config.name();
    }

    TunnelConfig config() {
        return config;
    }

    int interfaceIndex() {
        return tun.interfaceIndex();
    }

    int mtuBytes() {
        return mtuBytes;
    }

    TunnelDataplane dataplane() {
        return dataplane;
    }

    /** Where this tunnel's socket is connected to. */
    InetSocketAddress peer() {
        return peer;
    }

    /** Follows the peer's authenticated endpoint, as IKE found it (RFC 7296 2.23). */
    void moveTo(InetSocketAddress newPeer) {
        if ((connected && newPeer.equals(peer)) || newPeer.getPort() == IkeListener.IKE_PORT) {
            return;
        }
        peer = newPeer;
        connect();
    }

    /** Without a route there is no connection yet; the next SA tries again. */
    private void connect() {
        try {
            udp.connect(peer);
            connected = true;
        } catch (TunIoException e) {
            connected = false;
            log.atWarn()
                    .addKeyValue(LogKey.TUNNEL, name())
                    .addKeyValue(LogKey.EVENT, "not-connected")
                    .addKeyValue(LogKey.REASON, e.getMessage())
                    .log("no way to the peer yet");
        }
    }

    /** Whether packets from this endpoint reach the tunnel's own socket. */
    boolean isConnectedTo(InetSocketAddress remote) {
        return connected && remote.equals(peer);
    }

    @Override
    public void close() {
        dataplane.close();
        udp.close();
        tun.close();
    }
}
