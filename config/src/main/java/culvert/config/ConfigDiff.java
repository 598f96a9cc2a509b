package culvert.config;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/**
 * What changes when one configuration takes the place of another. The records are compared and not
 * the text: a default that is written out, another order of keys or 60m for 1h is no change.
 * Secrets are compared by content.
 *
 * @param changes in the order of the new file
 * @param added names of tunnels that are new, or belong to another connection now
 * @param removed names of tunnels that are gone, or belong to another connection now
 */
public record ConfigDiff(
        List<ConfigChange> changes, SequencedSet<String> added, SequencedSet<String> removed) {

    public static ConfigDiff between(GatewayConfig before, GatewayConfig after) {
        return new ConfigComparison(before, after).diff();
    }

    public boolean isEmpty() {
        return changes.isEmpty();
    }

    /** The same with one more change. */
    public ConfigDiff with(ConfigChange change) {
        List<ConfigChange> more = new ArrayList<>(changes);
        more.add(change);
        return new ConfigDiff(List.copyOf(more), added, removed);
    }

    /** The tunnels that are in both and have a change of this class. */
    public SequencedSet<String> tunnelsWith(ReloadClass reloadClass) {
        SequencedSet<String> names = new LinkedHashSet<>();
        changes.stream()
                .filter(change -> change.reloadClass() == reloadClass)
                .forEach(change -> names.addAll(change.tunnels()));
        return names;
    }

    /** What cannot be changed while the process runs. */
    public List<ConfigChange> needingRestart() {
        return changes.stream()
                .filter(change -> change.reloadClass() == ReloadClass.RESTART_DAEMON)
                .toList();
    }
}
