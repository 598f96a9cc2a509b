package culvert.gateway.daemon;

import culvert.config.TunnelConfig;
import culvert.esp.DataplaneEvents;
import culvert.esp.DataplaneSettings;
import culvert.esp.IkeDatagramSink;
import culvert.esp.TunnelDataplane;
import culvert.tunio.Rtnetlink;
import culvert.tunio.TunDevice;
import culvert.tunio.UdpSocket;
import java.net.InetSocketAddress;

/**
 * One tunnel's own world: its TUN device, its connected UDP socket, its two packet threads (invariant
 * 3). Made and closed by the control loop.
 */
final class Tunnel implements AutoCloseable {
    /** Packets that wait in the TUN device while the outbound thread sleeps. */
    private static final int TUN_QUEUE_PACKETS = 1000;

    private final TunnelConfig config;
    private final TunDevice tun;
    private final UdpSocket udp;
    private final TunnelDataplane dataplane;
    private final int mtuBytes;
    private InetSocketAddress peer;

    Tunnel(TunnelConfig config, Rtnetlink netlink, IkeDatagramSink ike, DataplaneEvents events) {
        this.config = config;
        this.mtuBytes = TunnelMtu.inUdp(config.ike().localAddress());
        this.peer =
                new InetSocketAddress(
                        config.ike().peerAddress(), IkeListener.NAT_TRAVERSAL_PORT);
        this.tun = TunDevice.open(config.interfaceName());
        this.udp =
                UdpSocket.bind(
                        new InetSocketAddress(
                                config.ike().localAddress(), IkeListener.NAT_TRAVERSAL_PORT));
        udp.connect(peer);
        configureInterface(netlink);
        this.dataplane =
                new TunnelDataplane(
                        config.ike().name(),
                        tun,
                        udp,
                        DataplaneSettings.ofMtu(mtuBytes),
                        ike,
                        events);
    }

    private void configureInterface(Rtnetlink netlink) {
        int index = tun.interfaceIndex();
        netlink.setMtu(index, mtuBytes);
        netlink.setTransmitQueueLength(index, TUN_QUEUE_PACKETS);
        netlink.replaceAddress(
                index, config.inside().address(), config.inside().prefixLength());
        netlink.setLinkUp(index);
    }

    void start() {
        dataplane.start();
    }

    String name() {
        return config.ike().name();
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
        if (!newPeer.equals(peer) && newPeer.getPort() != IkeListener.IKE_PORT) {
            udp.connect(newPeer);
            peer = newPeer;
        }
    }

    @Override
    public void close() {
        dataplane.close();
        udp.close();
        tun.close();
    }
}
