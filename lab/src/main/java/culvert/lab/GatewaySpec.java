package culvert.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * What one Culvert of the lab is told: a site with one connection, or one for each tunnel. Every
 * {@code with} gives a changed copy.
 *
 * @param site keys of {@code site} in culvert.yaml with values in YAML's flow notation
 * @param connection keys of the connection, likewise
 * @param top further keys of the top level, e.g. {@code metrics}
 * @param connectionForEach each tunnel has a connection of its own
 */
public record GatewaySpec(
        SortedMap<String, String> site,
        SortedMap<String, String> connection,
        SortedMap<String, String> top,
        List<TunnelSpec> tunnels,
        boolean connectionForEach) {
    public GatewaySpec {
        site = Collections.unmodifiableSortedMap(new TreeMap<>(site));
        connection = Collections.unmodifiableSortedMap(new TreeMap<>(connection));
        top = Collections.unmodifiableSortedMap(new TreeMap<>(top));
        tunnels = List.copyOf(tunnels);
    }

    /** The customer gateway with tunnels to these endpoints, the VPC routed statically. */
    public static GatewaySpec customer(Endpoint... endpoints) {
        return of("lab-site", Topology.GATEWAY_OUTSIDE)
                .withStaticRoutes(Topology.VPC_PREFIX)
                .withTunnels(List.of(endpoints).stream().map(TunnelSpec::toward).toList());
    }

    /** An endpoint of AWS, the LAN routed statically. */
    public static GatewaySpec aws(Endpoint endpoint) {
        return of("lab-" + endpoint.role(), endpoint.outsideAddress())
                .withStaticRoutes(Topology.LAN_PREFIX)
                .withTunnels(List.of(TunnelSpec.from(endpoint)));
    }

    private static GatewaySpec of(String name, String outsideAddress) {
        return new GatewaySpec(new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), List.of(), false)
                .withSite("name", name)
                .withSite("outside-address", outsideAddress);
    }

    public GatewaySpec withStaticRoutes(String... prefixes) {
        var changed = new TreeMap<>(connection);
        changed.keySet().removeAll(List.of("peer-asn", "accept", "max-prefixes"));
        changed.put("routing", "static");
        changed.put("static-routes", "[" + String.join(", ", prefixes) + "]");
        return new GatewaySpec(site, changed, top, tunnels, connectionForEach);
    }

    /** Routes by BGP in place of static ones. */
    public GatewaySpec withBgp(long asn, long peerAsn, String... advertise) {
        var changed = new TreeMap<>(connection);
        changed.remove("static-routes");
        changed.put("routing", "bgp");
        changed.put("peer-asn", Long.toString(peerAsn));
        return new GatewaySpec(site, changed, top, tunnels, connectionForEach)
                .withSite("asn", Long.toString(asn))
                .withSite("advertise", "[" + String.join(", ", advertise) + "]");
    }

    public GatewaySpec withTunnels(List<TunnelSpec> changed) {
        return new GatewaySpec(site, connection, top, changed, connectionForEach);
    }

    /** Each tunnel in a connection of its own, all alike. */
    public GatewaySpec withConnectionForEachTunnel() {
        return new GatewaySpec(site, connection, top, tunnels, true);
    }

    /** The same change on every tunnel. */
    public GatewaySpec withEachTunnel(UnaryOperator<TunnelSpec> change) {
        return withTunnels(tunnels.stream().map(change).toList());
    }

    /** Any key of {@code site}, with its value as one line of YAML. */
    public GatewaySpec withSite(String key, String yaml) {
        return new GatewaySpec(with(site, key, yaml), connection, top, tunnels, connectionForEach);
    }

    /** Any key of the connection, with its value as one line of YAML. */
    public GatewaySpec withConnection(String key, String yaml) {
        return new GatewaySpec(site, with(connection, key, yaml), top, tunnels, connectionForEach);
    }

    /** Any key of the top level, with its value as one line of YAML. */
    public GatewaySpec withTop(String key, String yaml) {
        return new GatewaySpec(site, connection, with(top, key, yaml), tunnels, connectionForEach);
    }

    /** culvert.yaml, with the key of each tunnel expected in {@link #keyFile}. */
    public String yaml(Path controlSocket) {
        var lines = new ArrayList<String>();
        lines.add("version: 1");
        lines.add("site:");
        site.forEach((key, value) -> lines.add("  " + key + ": " + value));
        lines.add("control-socket: " + controlSocket);
        top.forEach((key, value) -> lines.add(key + ": " + value));
        lines.add("connections:");
        if (!connectionForEach) {
            addConnection(lines, "aws");
        }
        for (TunnelSpec tunnel : tunnels) {
            if (connectionForEach) {
                addConnection(lines, "to-" + tunnel.name());
            }
            lines.add("      - name: " + tunnel.name());
            if (!tunnel.usesCertificate()) {
                lines.add("        pre-shared-key: {file: " + keyFile(tunnel) + "}");
            }
            tunnel.settings().forEach((key, value) -> lines.add("        " + key + ": " + value));
        }
        return String.join("\n", lines) + "\n";
    }

    private void addConnection(List<String> lines, String name) {
        lines.add("  - name: " + name);
        connection.forEach((key, value) -> lines.add("    " + key + ": " + value));
        lines.add("    tunnels:");
    }

    /** Relative to the configuration file. */
    static Path keyFile(TunnelSpec tunnel) {
        return Path.of("secrets", tunnel.name() + ".psk");
    }

    private static SortedMap<String, String> with(
            SortedMap<String, String> settings, String key, String value) {
        var changed = new TreeMap<>(settings);
        changed.put(key, value);
        return changed;
    }
}
