package culvert.config;

import culvert.model.IpPrefix;
import culvert.model.PeerHost;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Outside and inside addresses against each other. */
final class AddressChecks {
    private final GatewayDraft gateway;
    private final Problems problems;

    private AddressChecks(GatewayDraft gateway, Problems problems) {
        this.gateway = gateway;
        this.problems = problems;
    }

    static void check(GatewayDraft gateway, Problems problems) {
        AddressChecks checks = new AddressChecks(gateway, problems);
        checks.checkPeers();
        checks.checkInsides();
    }

    private void checkPeers() {
        Map<PeerHost, TunnelDraft> peers = new HashMap<>();
        for (TunnelDraft tunnel : gateway.tunnels()) {
            tunnel.peer().ifPresent(peer -> checkUnique(peers, tunnel, peer));
            tunnel.peerAddress().ifPresent(this::checkPeer);
        }
    }

    private void checkUnique(
            Map<PeerHost, TunnelDraft> peers, TunnelDraft tunnel, Located<PeerHost> peer) {
        TunnelDraft other = peers.putIfAbsent(peer.value(), tunnel);
        if (other != null) {
            problems.error(
                    peer.at(),
                    "peer-address %s is that of %s already".formatted(peer.value(), other.label()),
                    "write another: between the same two addresses the tunnels cannot be told"
                            + " apart");
        }
    }

    private void checkPeer(Located<InetAddress> peer) {
        String text = peer.value().getHostAddress();
        Optional<InetAddress> outside = gateway.outsideAddress().map(Located::value);
        if (outside.isEmpty()) {
            return;
        }
        if (outside.get().equals(peer.value())) {
            problems.error(
                    peer.at(),
                    "peer-address %s is our own outside-address".formatted(text),
                    "write the address of the other gateway");
        } else if (family(outside.get()) != family(peer.value())) {
            problems.error(
                    peer.at(),
                    "peer-address %s is IPv%d, but outside-address is IPv%d"
                            .formatted(text, family(peer.value()), family(outside.get())),
                    "write both in the same family");
        }
    }

    private static int family(InetAddress address) {
        return address.getAddress().length == 4 ? 4 : 6;
    }

    private void checkInsides() {
        List<Outside> outsides = outsides(gateway);
        Map<IpPrefix, TunnelDraft> blocks = new HashMap<>();
        for (TunnelDraft tunnel : gateway.tunnels()) {
            Optional<Located<InsideAddress>> inside = tunnel.insideAddress();
            if (inside.isEmpty()) {
                continue;
            }
            IpPrefix block = inside.get().value().block();
            TunnelDraft other = blocks.putIfAbsent(block, tunnel);
            if (other != null) {
                problems.error(
                        inside.get().at(),
                        "%s is the inside block of %s already".formatted(block, other.label()),
                        "give each tunnel a block of its own");
            }
            within(block, outsides)
                    .ifPresent(
                            address ->
                                    problems.error(
                                            inside.get().at(),
                                            "inside block %s holds %s"
                                                    .formatted(block, address.words()),
                                            "choose another block: packets to that address would"
                                                    + " go into the tunnel that they carry"));
        }
    }

    /** An address that packets of a tunnel have outside, ours or a peer's. */
    record Outside(InetAddress address, String words) {}

    static List<Outside> outsides(GatewayDraft gateway) {
        List<Outside> outsides = new ArrayList<>();
        gateway.outsideAddress()
                .map(Located::value)
                .ifPresent(
                        ours ->
                                outsides.add(
                                        new Outside(
                                                ours,
                                                "our outside-address " + ours.getHostAddress())));
        for (TunnelDraft tunnel : gateway.tunnels()) {
            tunnel.peerAddress()
                    .map(Located::value)
                    .ifPresent(
                            peer ->
                                    outsides.add(
                                            new Outside(
                                                    peer,
                                                    "the peer-address %s of %s"
                                                            .formatted(
                                                                    peer.getHostAddress(),
                                                                    tunnel.label()))));
        }
        return outsides;
    }

    static Optional<Outside> within(IpPrefix prefix, List<Outside> outsides) {
        return outsides.stream().filter(o -> prefix.contains(o.address())).findFirst();
    }
}
