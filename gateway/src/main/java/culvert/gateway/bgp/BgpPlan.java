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
import culvert.bgp.rib.ProtectedPrefix;
import culvert.config.ConnectionConfig;
import culvert.config.GatewayConfig;
import culvert.config.InsideAddress;
import culvert.config.Routing;
import culvert.config.SecretFile;
import culvert.config.SiteConfig;
import culvert.config.TunnelConfig;
import culvert.model.IpPrefix;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** What a configuration means for the BGP speaker. */
public final class BgpPlan {
    private BgpPlan() {}

    /** One peer: its settings, and where its session runs. */
    public record Peer(BgpPeerSettings settings, BgpLink link) {
        /** The tunnel's. */
        public String name() {
            return settings.name();
        }
    }

    /** What all peers share; only for a configuration with BGP, whose checks require an asn. */
    public static BgpSpeakerSettings speaker(GatewayConfig config) {
        SiteConfig site = config.site();
        return BgpSpeakerSettings.of(
                (int) site.asn().orElseThrow(),
                ByteBuffer.wrap(site.routerId().orElseThrow().getAddress()).getInt(),
                site.advertise(),
                protectedPrefixes(config));
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
                        imports(routing, inside),
                        ExportPolicy.DEFAULT);
        return new Peer(
                settings,
                new BgpLink(
                        tunnel.name(),
                        inside.local(),
                        inside.peer(),
                        bgp.md5File().map(SecretFile::require)));
    }

    /** A tunnel carries the family of its inside addresses, as its selectors do. */
    private static BgpSessionSettings session(Duration holdTime, AddressFamily family) {
        BgpSessionSettings defaults = BgpSessionSettings.withHoldTime(holdTime);
        return new BgpSessionSettings(
                defaults.holdTime(),
                defaults.connectRetry(),
                defaults.sendHold(),
                defaults.passive(),
                List.of(family),
                defaults.restartTime(),
                defaults.preservesForwarding(),
                defaults.staleTime(),
                defaults.dampingMinimum(),
                defaults.dampingMaximum());
    }

    private static ImportPolicy imports(Routing.Bgp routing, InsideAddress inside) {
        ImportPolicy defaults =
                ImportPolicy.accepting(
                        routing.accept().isEmpty()
                                ? PrefixList.ALL
                                : PrefixList.orLonger(routing.accept()),
                        routing.maxPrefixes());
        return new ImportPolicy(
                defaults.accept(),
                defaults.maximumPrefixes(),
                defaults.weight(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                defaults.ownAsAllowed(),
                defaults.enforceFirstAs(),
                defaults.acceptAsSet(),
                List.of(inside.block()));
    }

    /** A route that covers these would lead the tunnels into themselves, or away from the site. */
    public static List<ProtectedPrefix> protectedPrefixes(GatewayConfig config) {
        List<ProtectedPrefix> all = new ArrayList<>();
        all.add(ProtectedPrefix.of(config.site().outsideAddress(), "our outside address"));
        for (IpPrefix own : config.site().advertise()) {
            all.add(ProtectedPrefix.of(own, "our own prefix"));
        }
        for (TunnelConfig tunnel : config.tunnels()) {
            all.add(
                    ProtectedPrefix.of(
                            tunnel.ike().peerAddress(), "the outside address of " + tunnel.name()));
            all.add(
                    ProtectedPrefix.of(
                            tunnel.insideAddress().block(),
                            "the inside addresses of " + tunnel.name()));
        }
        return all;
    }
}
