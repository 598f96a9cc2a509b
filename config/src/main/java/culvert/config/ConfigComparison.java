package culvert.config;

import culvert.config.ReloadKeys.Row;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.function.Function;

/** Walks two configurations side by side and collects what differs. */
final class ConfigComparison {
    private final GatewayConfig before;
    private final GatewayConfig after;
    private final List<ConfigChange> changes = new ArrayList<>();
    private final SequencedSet<String> added = new LinkedHashSet<>();
    private final SequencedSet<String> removed = new LinkedHashSet<>();

    ConfigComparison(GatewayConfig before, GatewayConfig after) {
        this.before = before;
        this.after = after;
    }

    ConfigDiff diff() {
        List<String> staying =
                after.tunnels().stream()
                        .map(TunnelConfig::name)
                        .filter(name -> connectionOf(before, name).isPresent())
                        .toList();
        for (Row<GatewayConfig> row : ReloadKeys.GATEWAY) {
            if (!keepsWhatItHas(row)) {
                compare("", adapted(row), before, after, staying);
            }
        }
        Map<String, ConnectionConfig> old = byName(before.connections(), ConnectionConfig::name);
        Map<String, ConnectionConfig> now = byName(after.connections(), ConnectionConfig::name);
        order("connections", old, now);
        now.forEach(
                (name, connection) -> {
                    ConnectionConfig was = old.get(name);
                    if (was != null) {
                        connection(was, connection);
                    } else {
                        addAll(connection);
                    }
                });
        old.forEach(
                (name, connection) -> {
                    if (!now.containsKey(name)) {
                        removeAll(connection);
                    }
                });
        return new ConfigDiff(List.copyOf(changes), added, removed);
    }

    /** Before there is a BGP session there is no speaker, which fixes these two. */
    private Row<GatewayConfig> adapted(Row<GatewayConfig> row) {
        boolean ofSpeaker = row.path().equals("site.asn") || row.path().equals("site.router-id");
        return ofSpeaker && !speaksBgp(before)
                ? new Row<>(row.path(), ReloadClass.LIVE, row.value())
                : row;
    }

    /**
     * RFC 4271 4.2: the BGP Identifier is determined at startup. One that was only derived from the
     * first tunnel stays when another tunnel is the first.
     */
    private boolean keepsWhatItHas(Row<GatewayConfig> row) {
        return row.path().equals("site.router-id")
                && before.site().routerId().equals(firstInside(before))
                && after.site().routerId().equals(firstInside(after));
    }

    private static Optional<Inet4Address> firstInside(GatewayConfig config) {
        return config.tunnels().stream()
                .map(tunnel -> tunnel.insideAddress().local())
                .filter(Inet4Address.class::isInstance)
                .map(Inet4Address.class::cast)
                .findFirst();
    }

    private static boolean speaksBgp(GatewayConfig config) {
        return config.connections().stream().anyMatch(c -> c.routing() instanceof Routing.Bgp);
    }

    private void connection(ConnectionConfig was, ConnectionConfig is) {
        String path = path(is);
        Map<String, TunnelConfig> old = byName(was.tunnels(), TunnelConfig::name);
        Map<String, TunnelConfig> now = byName(is.tunnels(), TunnelConfig::name);
        List<String> staying = now.keySet().stream().filter(old::containsKey).toList();
        for (Row<ConnectionConfig> row : ReloadKeys.CONNECTION) {
            compare(path, row, was, is, staying);
        }
        order(path + "tunnels", old, now);
        now.forEach(
                (name, tunnel) -> {
                    TunnelConfig former = old.get(name);
                    if (former != null) {
                        for (Row<TunnelConfig> row : ReloadKeys.TUNNEL) {
                            compare(path(is, tunnel), row, former, tunnel, List.of(name));
                        }
                    } else {
                        add(is, tunnel);
                    }
                });
        old.forEach(
                (name, tunnel) -> {
                    if (!now.containsKey(name)) {
                        remove(was, tunnel);
                    }
                });
    }

    private void addAll(ConnectionConfig connection) {
        connection.tunnels().forEach(tunnel -> add(connection, tunnel));
    }

    private void removeAll(ConnectionConfig connection) {
        connection.tunnels().forEach(tunnel -> remove(connection, tunnel));
    }

    private void add(ConnectionConfig connection, TunnelConfig tunnel) {
        added.add(tunnel.name());
        live(stem(connection, tunnel), "added");
    }

    private void remove(ConnectionConfig connection, TunnelConfig tunnel) {
        removed.add(tunnel.name());
        live(stem(connection, tunnel), "removed, its SAs are deleted");
    }

    /** The first tunnel that carries is the one that static routes take. */
    private void order(String path, Map<String, ?> old, Map<String, ?> now) {
        List<String> was = old.keySet().stream().filter(now::containsKey).toList();
        List<String> is = now.keySet().stream().filter(old::containsKey).toList();
        if (!was.equals(is)) {
            live(path, "in another order: " + String.join(", ", is));
        }
    }

    private void live(String key, String what) {
        changes.add(new ConfigChange(key, ReloadClass.LIVE, what, List.of()));
    }

    private <T> void compare(String path, Row<T> row, T was, T is, List<String> tunnels) {
        Object old = row.value().apply(was);
        Object now = row.value().apply(is);
        if (!old.equals(now)) {
            changes.add(
                    new ConfigChange(
                            path + row.path(),
                            row.reloadClass(),
                            ReloadText.change(old, now),
                            tunnels));
        }
    }

    private static Optional<ConnectionConfig> connectionOf(GatewayConfig config, String tunnel) {
        return config.connections().stream()
                .filter(c -> c.tunnels().stream().anyMatch(t -> t.name().equals(tunnel)))
                .findFirst();
    }

    private static String path(ConnectionConfig connection) {
        return "connections[" + connection.name() + "].";
    }

    private static String stem(ConnectionConfig connection, TunnelConfig tunnel) {
        return path(connection) + "tunnels[" + tunnel.name() + "]";
    }

    private static String path(ConnectionConfig connection, TunnelConfig tunnel) {
        return stem(connection, tunnel) + ".";
    }

    private static <T> Map<String, T> byName(List<T> all, Function<T, String> name) {
        Map<String, T> map = new LinkedHashMap<>();
        all.forEach(one -> map.put(name.apply(one), one));
        return map;
    }
}
