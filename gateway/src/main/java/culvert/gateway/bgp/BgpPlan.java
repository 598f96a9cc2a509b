package culvert.gateway.bgp;

import culvert.bgp.BgpPeerSettings;
import culvert.bgp.BgpSessionSettings;
import culvert.bgp.BgpSettings;
import culvert.bgp.BgpSpeakerSettings;
import culvert.bgp.message.AddressFamily;
import culvert.bgp.rib.ExportPolicy;
import culvert.bgp.rib.ImportPolicy;
import culvert.bgp.rib.PeerKind;
import culvert.bgp.rib.PrefixList;
import culvert.bgp.rib.PrefixRule;
import culvert.bgp.rib.ProtectedPrefix;
import culvert.config.ConnectionConfig;
import culvert.config.GatewayConfig;
import culvert.config.InsideAddress;
import culvert.config.NeighborConfig;
import culvert.config.Routing;
import culvert.config.SecretFile;
import culvert.config.SiteConfig;
import culvert.config.TunnelConfig;
import culvert.model.IpPrefix;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

/** What a configuration means for the BGP speaker. */
public final class BgpPlan {
    /** A transit gateway spreads flows over as many tunnels as it has; the kernel takes 256. */
    private static final int MAXIMUM_PATHS = 16;

    private BgpPlan() {}

    /** One peer: its settings, and where its session runs. */
    public record Peer(BgpPeerSettings settings, BgpLink link) {
        /** The tunnel's. */
        public String name() {
            return settings.name();
        }
    }

    /**
     * What all peers share; only for a configuration with BGP, whose checks require an asn.
     *
     * @param outside the outside addresses of a tunnel's peer, as far as they are known
     * @param restarting an earlier run left routes behind, so peers may have kept ours
     */
    public static BgpSpeakerSettings speaker(
            GatewayConfig config, Function<String, Set<InetAddress>> outside, boolean restarting) {
        SiteConfig site = config.site();
        boolean multipath = config.routes().multipath();
        return new BgpSpeakerSettings(
                (int) site.asn().orElseThrow(),
                ByteBuffer.wrap(site.routerId().orElseThrow().getAddress()).getInt(),
                site.advertise(),
                protectedPrefixes(config, outside),
                multipath ? MAXIMUM_PATHS : 1,
                multipath,
                restarting);
    }

    /** The peers of all connections with {@code routing: bgp}, in the order of the file. */
    public static List<Peer> peers(GatewayConfig config) {
        List<Peer> peers = new ArrayList<>();
        for (ConnectionConfig connection : config.connections()) {
            if (connection.routing() instanceof Routing.Bgp bgp) {
                connection.tunnels().forEach(tunnel -> peers.add(peer(bgp, tunnel)));
            }
        }
        return peers;
    }

    private static Peer peer(Routing.Bgp routing, TunnelConfig tunnel) {
        InsideAddress inside = tunnel.insideAddress();
        BgpSettings bgp = tunnel.bgp().orElseThrow();
        BgpPeerSettings settings =
                new BgpPeerSettings(
                        tunnel.name(),
                        PeerKind.TUNNEL,
                        bgp.peerAsn(),
                        inside.peer(),
                        List.of(inside.local()),
                        session(bgp.holdTime(), AddressFamily.of(inside.local())),
                        imports(routing, bgp, inside),
                        exports(routing, bgp));
        return new Peer(
                settings,
                new BgpLink(
                        tunnel.name(),
                        inside.local(),
                        inside.peer(),
                        bgp.md5File().map(SecretFile::require),
                        bgp.ttlSecurity()));
    }

    /** A tunnel carries the family of its inside addresses, as its selectors do. */
    private static BgpSessionSettings session(Duration holdTime, AddressFamily family) {
        return BgpSessionSettings.withHoldTime(holdTime)
                .withFamilies(family)
                // RFC 4724 3: what the kernel forwards to the site it forwarded all the time, and
                // the tunnel is up again when the peer reads this.
                .preservingForwarding();
    }

    private static ImportPolicy imports(
            Routing.Bgp routing, BgpSettings bgp, InsideAddress inside) {
        ImportPolicy defaults =
                ImportPolicy.accepting(list(routing.accept()), routing.maxPrefixes());
        return new ImportPolicy(
                defaults.accept(),
                defaults.maximumPrefixes(),
                defaults.weight(),
                OptionalLong.of(bgp.localPref()),
                OptionalLong.empty(),
                defaults.ownAsAllowed(),
                defaults.enforceFirstAs(),
                defaults.acceptAsSet(),
                List.of(inside.block()));
    }

    private static ExportPolicy exports(Routing.Bgp routing, BgpSettings bgp) {
        return new ExportPolicy(
                list(routing.advertise()),
                routing.maxAdvertised(),
                bgp.prepend(),
                OptionalLong.of(bgp.med()),
                OptionalLong.empty(),
                routing.advertiseDefault());
    }

    private static PrefixList list(List<PrefixRule> rules) {
        return rules.isEmpty() ? PrefixList.ALL : new PrefixList(rules, false);
    }

    /**
     * A route that covers these would lead the tunnels into themselves, or away from the site.
     *
     * @param outside the outside addresses of a tunnel's peer, as far as they are known
     */
    public static List<ProtectedPrefix> protectedPrefixes(
            GatewayConfig config, Function<String, Set<InetAddress>> outside) {
        List<ProtectedPrefix> all = new ArrayList<>();
        all.add(ProtectedPrefix.of(config.site().outsideAddress(), "our outside address"));
        for (IpPrefix own : config.site().advertise()) {
            all.add(ProtectedPrefix.ofSite(own, "our own prefix"));
        }
        for (NeighborConfig neighbor : config.neighbors()) {
            all.add(
                    ProtectedPrefix.ofSite(
                            neighbor.localAddress().network(), "the LAN of " + neighbor.name()));
        }
        for (TunnelConfig tunnel : config.tunnels()) {
            for (InetAddress peer : outside.apply(tunnel.name())) {
                all.add(ProtectedPrefix.of(peer, "the outside address of " + tunnel.name()));
            }
            all.add(
                    ProtectedPrefix.of(
                            tunnel.insideAddress().block(),
                            "the inside addresses of " + tunnel.name()));
        }
        return all;
    }
}
