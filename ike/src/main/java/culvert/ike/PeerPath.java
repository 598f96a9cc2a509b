package culvert.ike;

import culvert.ike.IkeInput.DatagramReceived;
import culvert.model.Encapsulation;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** Where the two ends of an IKE SA are, and what lies between them (RFC 7296 2.11, 2.23). */
final class PeerPath {
    /** RFC 8200 5; RFC 7383 2.5.1 recommends it for IPv4 as well. */
    private static final int MIN_PATH_MTU_BYTES = 1280;

    private static final int UDP_BYTES = 8;

    private InetSocketAddress local;
    private InetSocketAddress remote;
    private NatDetection nat = new NatDetection(false, false);

    PeerPath(InetSocketAddress local, InetSocketAddress remote) {
        this.local = local;
        this.remote = remote;
    }

    /** A rekeyed IKE SA goes where the old one went. */
    PeerPath(PeerPath old) {
        this(old.local, old.remote);
        this.nat = old.nat;
    }

    InetSocketAddress local() {
        return local;
    }

    InetSocketAddress remote() {
        return remote;
    }

    NatDetection nat() {
        return nat;
    }

    /** For people. */
    String peerName() {
        return remote.getAddress().getHostAddress();
    }

    /** Where ESP in UDP goes: never to the port of plain IKE (RFC 3948 2.1). */
    InetSocketAddress espPeer() {
        return remote.getPort() == IkePorts.IKE ? on(remote, IkePorts.NAT_TRAVERSAL) : remote;
    }

    /**
     * How ESP travels between these ends, where the configuration asks for this (RFC 7296 2.23).
     */
    Encapsulation encapsulation(Encapsulation asked) {
        return switch (asked) {
            case UDP -> Encapsulation.UDP;
            case ESP -> Encapsulation.ESP;
            case AUTO -> nat.anyNat() ? Encapsulation.UDP : Encapsulation.ESP;
        };
    }

    /**
     * Why ESP cannot travel as the configuration asks. RFC 7296 2.23 wants it in UDP as soon as
     * there is a NAT: NATs tell packets of protocol 50 apart badly or not at all.
     */
    Optional<Reason> noWayFor(Encapsulation asked) {
        if (encapsulation(asked) == Encapsulation.UDP || !nat.anyNat()) {
            return Optional.empty();
        }
        String text =
                nat.weAreBehindNat()
                        ? "a NAT lies between us and peer %s, which IP protocol 50 cannot pass"
                        : "peer %s is behind a NAT, or wants ESP in UDP and not as IP protocol 50";
        return Optional.of(
                Reason.of(text.formatted(peerName()) + ": write encapsulation: auto, or udp"));
    }

    /** What an IKE message may have, so that its IP datagram passes every path without help. */
    int maxMessageBytes() {
        int ipBytes = remote.getAddress() instanceof Inet6Address ? 40 : 20;
        int markerBytes = remote.getPort() == IkePorts.IKE ? 0 : 4;
        return MIN_PATH_MTU_BYTES - ipBytes - UDP_BYTES - markerBytes;
    }

    List<IkeAction.Transmit> transmits(List<byte[]> messages) {
        return transmits(local, remote, messages);
    }

    static List<IkeAction.Transmit> transmits(
            InetSocketAddress from, InetSocketAddress to, List<byte[]> messages) {
        return messages.stream().map(message -> new IkeAction.Transmit(from, to, message)).toList();
    }

    void natFound(NatDetection found) {
        nat = found;
    }

    /** RFC 7296 2.23: from IKE_AUTH on both ports are 4500. */
    void floatPorts() {
        local = on(local, IkePorts.NAT_TRAVERSAL);
        remote = on(remote, IkePorts.NAT_TRAVERSAL);
    }

    /** The initiator decides before IKE_AUTH which ports it uses. */
    void take(DatagramReceived authentic) {
        local = authentic.local();
        remote = authentic.remote();
    }

    /**
     * A NAT may give the peer a new address; only an authentic message moves us there, and only
     * when there is a NAT (RFC 7296 2.23).
     *
     * @return whether the peer has moved
     */
    boolean follow(DatagramReceived authentic, boolean originalInitiator) {
        if (authentic.remote().equals(remote) || !nat.peerIsBehindNat()) {
            return false;
        }
        // RFC 7296 2.23: who is behind a NAT itself does not follow. But of two such ends the
        // initiator called the other at a mapping that does not move; the other must follow it.
        if (nat.weAreBehindNat() && originalInitiator) {
            return false;
        }
        take(authentic);
        return true;
    }

    private static InetSocketAddress on(InetSocketAddress endpoint, int port) {
        return new InetSocketAddress(endpoint.getAddress(), port);
    }
}
