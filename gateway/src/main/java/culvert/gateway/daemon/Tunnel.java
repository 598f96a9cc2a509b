package culvert.gateway.daemon;

import culvert.config.TunnelConfig;
import culvert.esp.CryptoBackend;
import culvert.esp.DataplaneEvents;
import culvert.esp.DataplaneSettings;
import culvert.esp.IkeDatagramSink;
import culvert.esp.TunnelDataplane;
import culvert.gateway.log.LogKey;
import culvert.model.Encapsulation;
import culvert.model.Offload;
import culvert.model.OutboundSaParameters;
import culvert.model.PeerHost;
import culvert.tunio.EspSocket;
import culvert.tunio.InterfaceAddress;
import culvert.tunio.KernelForwarding;
import culvert.tunio.KernelForwarding.ReversePathFilter;
import culvert.tunio.LinkTable;
import culvert.tunio.Offloads;
import culvert.tunio.Rtnetlink;
import culvert.tunio.TunDevice;
import culvert.tunio.TunIoException;
import culvert.tunio.UdpSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One tunnel's own world: its TUN device, its connected UDP socket and, where ESP may travel as IP
 * protocol 50, a raw socket, its two packet threads (invariant 3). Made and closed by the control
 * loop.
 */
final class Tunnel implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Tunnel.class);

    /** Packets that wait in the TUN device while the outbound thread sleeps. */
    private static final int TUN_QUEUE_PACKETS = 1000;

    private TunnelConfig config;
    private final TunDevice tun;
    private final UdpSocket udp;
    private final Optional<EspSocket> esp;
    private final TunnelDataplane dataplane;
    private final OutsidePath path;
    private InetSocketAddress peer;
    private boolean connected;

    Tunnel(
            TunnelConfig config,
            Rtnetlink netlink,
            CryptoBackend crypto,
            IkeDatagramSink ike,
            DataplaneEvents events) {
        this.config = config;
        Encapsulation asked = config.ike().encapsulation();
        int mtuBytes = TunnelMtu.of(asked, config.ike().localAddress());
        this.peer = firstPeer(config);
        Set<Offload> offloads = config.dataplane().offloads();
        Offloads kernelOffloads =
                new Offloads(
                        offloads.contains(Offload.TSO),
                        offloads.contains(Offload.USO),
                        offloads.contains(Offload.GSO),
                        offloads.contains(Offload.GRO));
        this.tun = TunDevice.open(config.interfaceName(), kernelOffloads);
        try {
            this.udp = openUdp(config, kernelOffloads);
        } catch (TunIoException e) {
            tun.close();
            throw e;
        }
        try {
            this.esp = openEsp(config);
        } catch (TunIoException e) {
            udp.close();
            tun.close();
            throw e;
        }
        try {
            configureInterface(mtuBytes);
        } catch (TunIoException e) {
            closeDevices();
            throw e;
        }
        connect();
        this.dataplane =
                new TunnelDataplane(
                        config.name(),
                        tun,
                        udp,
                        esp,
                        new DataplaneSettings(
                                esp.isPresent() ? largestMtuBytes(config) : mtuBytes,
                                crypto,
                                config.dataplane().copyDscp(),
                                offloads),
                        ike,
                        events);
        dataplane.setMtu(mtuBytes);
        this.path =
                new OutsidePath(
                        config,
                        tun.interfaceIndex(),
                        mtuBytes,
                        peer.getAddress(),
                        netlink,
                        dataplane);
    }

    /**
     * Where a name leads nobody knows yet: until then the socket hears ourselves, who never speak
     * to it, and what comes from anyone else is the listener's.
     */
    private static InetSocketAddress firstPeer(TunnelConfig config) {
        InetAddress address =
                switch (config.ike().peer()) {
                    case PeerHost.Address(InetAddress configured) -> configured;
                    case PeerHost.Name name -> config.ike().localAddress();
                };
        return new InetSocketAddress(address, IkeListener.NAT_TRAVERSAL_PORT);
    }

    private static UdpSocket openUdp(TunnelConfig config, Offloads offloads) {
        UdpSocket socket =
                UdpSocket.bind(
                        new InetSocketAddress(
                                config.ike().localAddress(), IkeListener.NAT_TRAVERSAL_PORT),
                        offloads);
        try {
            socket.setDontFragment(config.dataplane().dontFragment());
        } catch (TunIoException e) {
            socket.close();
            throw e;
        }
        return socket;
    }

    /** With UDP forced the peer finds a NAT, and RFC 7296 2.23 leaves it no other way than UDP. */
    private static Optional<EspSocket> openEsp(TunnelConfig config) {
        if (config.ike().encapsulation() == Encapsulation.UDP) {
            return Optional.empty();
        }
        EspSocket socket = EspSocket.bind(config.ike().localAddress());
        try {
            socket.setDontFragment(config.dataplane().dontFragment());
        } catch (TunIoException e) {
            socket.close();
            throw e;
        }
        return Optional.of(socket);
    }

    /**
     * Goes on under other settings. Its device and its sockets stay the same: what they depend on
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
        if (!changed.ike().peer().equals(before.ike().peer())) {
            moveTo(firstPeer(changed));
        }
    }

    private InterfaceAddress inside(TunnelConfig of) {
        return new InterfaceAddress(
                tun.interfaceIndex(),
                of.insideAddress().local(),
                of.insideAddress().prefixLength());
    }

    /** Without the octets of UDP. */
    private static int largestMtuBytes(TunnelConfig config) {
        return TunnelMtu.of(Encapsulation.ESP, config.ike().localAddress());
    }

    private void configureInterface(int mtuBytes) {
        // A reload opens tunnels off the control loop, whose netlink socket is the loop's alone.
        try (Rtnetlink netlink = Rtnetlink.open()) {
            configureInterface(netlink, mtuBytes);
        }
        admitAsymmetricPaths();
    }

    private void configureInterface(Rtnetlink netlink, int mtuBytes) {
        int index = tun.interfaceIndex();
        LinkTable links = netlink.links();
        links.setMtu(index, mtuBytes);
        links.setTransmitQueueLength(index, TUN_QUEUE_PACKETS);
        // gso_max_size stays at 64 KiB: the kernel cuts a forwarded superpacket that exceeds it
        // into
        // single packets, which costs far more than the second send that a full one needs.
        netlink.addresses().replace(inside(config));
        withoutLinkLocalAddress(links, index);
        links.setUp(index);
    }

    /** Its router solicitations and multicast reports would be the first drops of every tunnel. */
    private static void withoutLinkLocalAddress(LinkTable links, int index) {
        try {
            links.leaveWithoutLinkLocalAddress(index);
        } catch (TunIoException e) {
            // A kernel without IPv6 refuses, and gives no such address either.
        }
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
        return path.mtuBytes();
    }

    /** What the path to the peer carries. */
    OutsidePath path() {
        return path;
    }

    /** Does what is due about the path; to be called a few times a second. */
    void tick() {
        path.tick(peer.getAddress());
    }

    /** Seals with this SA from now on, to this peer, in packets that fit the way they travel. */
    void installOutbound(OutboundSaParameters sa, InetSocketAddress newPeer) {
        moveTo(newPeer);
        path.travels(sa.encapsulation());
        dataplane.installOutbound(sa);
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
        path.moved(peer.getAddress());
    }

    /** Without a route there is no connection yet; the next SA tries again. */
    private void connect() {
        try {
            udp.connect(peer);
            if (esp.isPresent()) {
                esp.get().connect(peer.getAddress());
            }
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
        closeDevices();
    }

    private void closeDevices() {
        udp.close();
        esp.ifPresent(EspSocket::close);
        tun.close();
    }
}
