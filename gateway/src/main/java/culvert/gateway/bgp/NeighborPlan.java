package culvert.gateway.bgp;

import culvert.bgp.BgpPeerSettings;
import culvert.bgp.BgpSessionSettings;
import culvert.bgp.message.AddressFamily;
import culvert.bgp.rib.ExportPolicy;
import culvert.bgp.rib.ImportPolicy;
import culvert.bgp.rib.PeerKind;
import culvert.bgp.rib.PrefixList;
import culvert.bgp.rib.PrefixRule;
import culvert.config.GatewayConfig;
import culvert.config.NeighborConfig;
import culvert.config.SecretFile;
import culvert.model.IpPrefix;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** What the neighbors of a configuration mean for the BGP speaker. */
public final class NeighborPlan {
    /** Far above what AWS announces: a router of the site has no limit of AWS's. */
    private static final int MOST_TOLD = 1_000_000;

    private NeighborPlan() {}

    /** The neighbors, in the order of the file. */
    public static List<BgpPlan.Peer> peers(GatewayConfig config) {
        return config.neighbors().stream()
                .map(neighbor -> peer(config.site().advertise(), neighbor))
                .toList();
    }

    private static BgpPlan.Peer peer(List<IpPrefix> own, NeighborConfig neighbor) {
        BgpPeerSettings settings =
                new BgpPeerSettings(
                        neighbor.name(),
                        PeerKind.LAN,
                        (int) neighbor.asn(),
                        neighbor.address(),
                        List.of(neighbor.localAddress().address()),
                        session(neighbor),
                        imports(neighbor),
                        exports(own, neighbor));
        return new BgpPlan.Peer(
                settings,
                new BgpLink(
                        neighbor.name(),
                        neighbor.localAddress().address(),
                        neighbor.address(),
                        neighbor.md5File().map(SecretFile::require),
                        neighbor.ttlSecurity()));
    }

    /** Our TUN devices end with us: a router had better use another gateway at once. */
    private static BgpSessionSettings session(NeighborConfig neighbor) {
        BgpSessionSettings settings =
                BgpSessionSettings.withHoldTime(neighbor.holdTime())
                        .withFamilies(AddressFamily.of(neighbor.address()));
        return neighbor.passive() ? settings.passively() : settings;
    }

    private static ImportPolicy imports(NeighborConfig neighbor) {
        ImportPolicy defaults =
                ImportPolicy.accepting(
                        new PrefixList(neighbor.accept(), false), neighbor.maxPrefixes());
        return new ImportPolicy(
                defaults.accept(),
                defaults.maximumPrefixes(),
                defaults.weight(),
                neighbor.localPref(),
                OptionalLong.empty(),
                defaults.ownAsAllowed(),
                defaults.enforceFirstAs(),
                defaults.acceptAsSet(),
                List.of(neighbor.localAddress().network()));
    }

    /**
     * Our own prefixes are the site's: to announce them to the site would draw its inner traffic
     * here.
     */
    private static ExportPolicy exports(List<IpPrefix> own, NeighborConfig neighbor) {
        List<PrefixRule> rules = new ArrayList<>();
        own.forEach(prefix -> rules.add(PrefixRule.exactly(prefix).denying()));
        rules.addAll(neighbor.advertise());
        return new ExportPolicy(
                new PrefixList(rules, neighbor.advertise().isEmpty()),
                MOST_TOLD,
                0,
                neighbor.med(),
                OptionalLong.empty(),
                false);
    }
}
