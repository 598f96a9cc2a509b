package culvert.gateway.daemon;

import culvert.config.ConnectionConfig;
import culvert.config.GatewayConfig;
import culvert.config.TunnelConfig;
import culvert.esp.CryptoBackend;
import culvert.tunio.Rtnetlink;
import io.netty.channel.EventLoop;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The tunnels that are open, in the order of the file. Filled before the control loop runs; from
 * then on it belongs to the loop.
 */
final class TunnelSet {
    private final EventLoop loop;
    private final IkeDriver driver;
    private final Rtnetlink netlink;
    private final CryptoBackend crypto;
    private final Map<String, Tunnel> byName;
    private final Map<String, String> connectionByTunnel = new LinkedHashMap<>();

    /**
     * @param byName where the open tunnels are to be found, for all who need them
     */
    TunnelSet(
            EventLoop loop,
            IkeDriver driver,
            Rtnetlink netlink,
            CryptoBackend crypto,
            Map<String, Tunnel> byName) {
        this.loop = loop;
        this.driver = driver;
        this.netlink = netlink;
        this.crypto = crypto;
        this.byName = byName;
    }

    /** Opens every tunnel of the configuration. */
    void openAll(GatewayConfig config) {
        for (TunnelConfig tunnel : config.tunnels()) {
            byName.put(tunnel.name(), open(tunnel));
        }
        nameConnections(config);
    }

    /** Opens a tunnel that is not in the set yet; on any thread. */
    Tunnel open(TunnelConfig config) {
        String name = config.name();
        IkeHandOff handOff = new IkeHandOff(loop, driver, byName, name);
        return new Tunnel(config, netlink, crypto, handOff, events(name));
    }

    private LoggedDataplaneEvents events(String name) {
        return new LoggedDataplaneEvents(name, () -> pathMtuClaimed(name));
    }

    /** On an inbound packet thread. */
    private void pathMtuClaimed(String name) {
        loop.execute(() -> find(name).ifPresent(tunnel -> tunnel.path().claimed()));
    }

    Optional<Tunnel> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** Takes a tunnel out of the set; whoever takes it closes it. */
    Optional<Tunnel> take(String name) {
        return Optional.ofNullable(byName.remove(name));
    }

    /**
     * The set is that of this configuration from now on.
     *
     * @param fresh tunnels that are new, or take the place of one that the caller closes
     */
    void arrange(GatewayConfig config, Map<String, Tunnel> fresh) {
        Map<String, Tunnel> all = new LinkedHashMap<>(byName);
        all.putAll(fresh);
        byName.clear();
        for (TunnelConfig tunnel : config.tunnels()) {
            Tunnel open = all.get(tunnel.name());
            if (open == null) {
                throw new IllegalStateException("tunnel " + tunnel.name() + " is not open");
            }
            open.configure(tunnel, netlink);
            byName.put(tunnel.name(), open);
        }
        nameConnections(config);
    }

    private void nameConnections(GatewayConfig config) {
        connectionByTunnel.clear();
        for (ConnectionConfig connection : config.connections()) {
            for (TunnelConfig tunnel : connection.tunnels()) {
                connectionByTunnel.put(tunnel.name(), connection.name());
            }
        }
    }

    String connectionOf(String tunnel) {
        return connectionByTunnel.getOrDefault(tunnel, "");
    }
}
