package culvert.gateway.daemon;

import culvert.config.ConfigChange;
import culvert.config.ConfigDiff;
import culvert.config.ConnectionConfig;
import culvert.config.GatewayConfig;
import culvert.config.ReloadClass;
import culvert.config.TunnelConfig;
import culvert.gateway.bgp.BgpPlan;
import culvert.gateway.bgp.NeighborPlan;
import culvert.model.Secret;
import java.util.List;
import java.util.Optional;

/**
 * A configuration with everything that it points to.
 *
 * @param peers its BGP peers in tunnels, with their MD5 keys
 * @param neighbors the site's own routers, with theirs
 */
record LoadedConfig(GatewayConfig config, List<BgpPlan.Peer> peers, List<BgpPlan.Peer> neighbors) {
    LoadedConfig {
        peers = List.copyOf(peers);
        neighbors = List.copyOf(neighbors);
    }

    /**
     * Reads the MD5 keys too.
     *
     * @throws IllegalStateException with a sentence for people when a key has gone since the check
     */
    static LoadedConfig of(GatewayConfig config) {
        return new LoadedConfig(config, BgpPlan.peers(config), NeighborPlan.peers(config));
    }

    /** What changes when this is replaced. */
    ConfigDiff diffTo(LoadedConfig after) {
        ConfigDiff diff = ConfigDiff.between(config, after.config);
        for (ConnectionConfig connection : after.config.connections()) {
            for (TunnelConfig tunnel : connection.tunnels()) {
                String key =
                        "connections[%s].tunnels[%s].bgp.md5-file"
                                .formatted(connection.name(), tunnel.name());
                boolean told = diff.changes().stream().anyMatch(c -> c.key().equals(key));
                if (!told && hasPeer(tunnel.name()) && after.hasPeer(tunnel.name())) {
                    if (!md5Key(tunnel.name()).equals(after.md5Key(tunnel.name()))) {
                        diff =
                                diff.with(
                                        new ConfigChange(
                                                key,
                                                ReloadClass.RESTART_SESSION,
                                                "the secret is another",
                                                List.of(tunnel.name())));
                    }
                }
            }
        }
        return neighborsTo(after, diff);
    }

    /** Neighbors that are configured otherwise are in the difference already. */
    private ConfigDiff neighborsTo(LoadedConfig after, ConfigDiff known) {
        ConfigDiff diff = known;
        if (!config.neighbors().equals(after.config.neighbors())) {
            return diff;
        }
        for (int i = 0; i < neighbors.size(); i++) {
            BgpPlan.Peer neighbor = neighbors.get(i);
            if (!neighbor.link().md5Key().equals(after.neighbors.get(i).link().md5Key())) {
                diff =
                        diff.with(
                                new ConfigChange(
                                        "neighbors[%s].md5-file".formatted(neighbor.name()),
                                        ReloadClass.RESTART_DAEMON,
                                        "the secret is another",
                                        List.of()));
            }
        }
        return diff;
    }

    private boolean hasPeer(String tunnel) {
        return peers.stream().anyMatch(peer -> peer.name().equals(tunnel));
    }

    private Optional<Secret> md5Key(String tunnel) {
        return peers.stream()
                .filter(peer -> peer.name().equals(tunnel))
                .findFirst()
                .flatMap(peer -> peer.link().md5Key());
    }

    /** Overwrites every secret, when nobody uses this configuration any more. */
    void wipe() {
        config.wipeSecrets();
        peers.forEach(peer -> peer.link().md5Key().ifPresent(Secret::close));
        neighbors.forEach(peer -> peer.link().md5Key().ifPresent(Secret::close));
    }
}
