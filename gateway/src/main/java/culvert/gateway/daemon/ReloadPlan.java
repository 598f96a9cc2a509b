package culvert.gateway.daemon;

import culvert.config.ConfigDiff;
import culvert.config.GatewayConfig;
import culvert.config.ReloadClass;
import culvert.config.TunnelConfig;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a difference of configurations means for each tunnel, by name. The first three exclude each
 * other, and the rekeys are of tunnels in none of them.
 *
 * @param gone closed for good
 * @param added opened
 * @param restarted their SAs are deleted, and negotiated anew
 * @param reopened those of {@code restarted} that need another device
 * @param late those of {@code added} and {@code reopened} whose device has a name that another one
 *     must give up first
 */
record ReloadPlan(
        SequencedSet<String> gone,
        SequencedSet<String> added,
        SequencedSet<String> restarted,
        SequencedSet<String> reopened,
        SequencedSet<String> late,
        SequencedSet<String> rekeyIkeSas,
        SequencedSet<String> rekeyChildSas) {

    static ReloadPlan of(GatewayConfig before, GatewayConfig after, ConfigDiff diff) {
        Map<String, TunnelConfig> old = byName(before);
        Map<String, TunnelConfig> now = byName(after);
        SequencedSet<String> gone = without(diff.removed(), diff.added());
        SequencedSet<String> added = without(diff.added(), diff.removed());
        SequencedSet<String> restarted =
                without(diff.tunnelsWith(ReloadClass.RESTART_TUNNEL), added);
        restarted.addAll(without(diff.added(), added)); // in another connection now
        SequencedSet<String> reopened = new LinkedHashSet<>();
        for (String name : restarted) {
            if (needsAnotherDevice(require(old, name), require(now, name))) {
                reopened.add(name);
            }
        }
        Set<String> taken =
                before.tunnels().stream()
                        .map(TunnelConfig::interfaceName)
                        .collect(Collectors.toSet());
        SequencedSet<String> late = new LinkedHashSet<>(added);
        late.addAll(reopened);
        late.removeIf(name -> !taken.contains(require(now, name).interfaceName()));
        return new ReloadPlan(
                gone,
                added,
                restarted,
                reopened,
                late,
                without(diff.tunnelsWith(ReloadClass.REKEY_IKE_SA), restarted),
                without(diff.tunnelsWith(ReloadClass.REKEY_CHILD_SA), restarted));
    }

    /**
     * Its name and how packets leave it are the device's and its sockets' for life; the smallest
     * MTU follows from the families inside.
     */
    private static boolean needsAnotherDevice(TunnelConfig before, TunnelConfig after) {
        return !before.interfaceName().equals(after.interfaceName())
                || before.encapsulation() != after.encapsulation()
                || !before.dataplane().equals(after.dataplane())
                || before.insideAddress().isIpv4() != after.insideAddress().isIpv4()
                || !before.ike().remoteSelectors().equals(after.ike().remoteSelectors());
    }

    /** Those whose SAs are deleted. */
    SequencedSet<String> leaving() {
        SequencedSet<String> all = new LinkedHashSet<>(gone);
        all.addAll(restarted);
        return all;
    }

    /** Those that are opened, before or after others are closed. */
    List<String> opened() {
        SequencedSet<String> all = new LinkedHashSet<>(added);
        all.addAll(reopened);
        return List.copyOf(all);
    }

    private static SequencedSet<String> without(Set<String> names, Set<String> others) {
        SequencedSet<String> left = new LinkedHashSet<>(names);
        left.removeAll(others);
        return left;
    }

    private static Map<String, TunnelConfig> byName(GatewayConfig config) {
        Map<String, TunnelConfig> map = new LinkedHashMap<>();
        config.tunnels().forEach(tunnel -> map.put(tunnel.name(), tunnel));
        return map;
    }

    private static TunnelConfig require(Map<String, TunnelConfig> tunnels, String name) {
        TunnelConfig tunnel = tunnels.get(name);
        if (tunnel == null) {
            throw new IllegalArgumentException("no tunnel " + name + " in the configuration");
        }
        return tunnel;
    }
}
