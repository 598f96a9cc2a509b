package culvert.config;

import java.util.List;

/**
 * One difference between two configurations.
 *
 * @param key where in the file, such as {@code connections[aws].tunnels[aws-1].ike.lifetime}
 * @param what the old value and the new one, in words for people; never a secret
 * @param tunnels names of those in both configurations that it concerns, if any
 */
public record ConfigChange(String key, ReloadClass reloadClass, String what, List<String> tunnels) {
    public ConfigChange {
        tunnels = List.copyOf(tunnels);
    }

    /** One line: what it costs, the key, what changes. */
    @Override
    public String toString() {
        return "%-15s %s: %s".formatted(reloadClass.word(), key, what);
    }
}
