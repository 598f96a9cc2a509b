package culvert.gateway.routing;

import culvert.gateway.log.LogKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses the tunnels for each bundle of routes, and leads the bundle there. */
public final class Steering {
    private static final Logger log = LoggerFactory.getLogger(Steering.class);

    /**
     * Where a bundle may go.
     *
     * @param members whose peers offer its routes, the most wanted first
     * @param others lead to the same networks
     */
    private record Choice(List<String> members, List<String> others) {}

    private final RoutingTable table;
    private final Function<String, Standing> standing;
    private final ToIntFunction<String> interfaceIndex;
    private final boolean spread;
    private final Map<String, Choice> choices = new LinkedHashMap<>();
    private final Map<String, List<String>> chosen = new HashMap<>();

    /**
     * @param standing of a tunnel, now
     * @param interfaceIndex of a tunnel's TUN device
     * @param spread flows go over all equally good members, else over the first
     */
    public Steering(
            RoutingTable table,
            Function<String, Standing> standing,
            ToIntFunction<String> interfaceIndex,
            boolean spread) {
        this.table = table;
        this.standing = standing;
        this.interfaceIndex = interfaceIndex;
        this.spread = spread;
    }

    /** Makes a bundle or changes the tunnels that it may take, and leads it where it belongs. */
    public void set(String bundle, List<String> members, List<String> others) {
        choices.put(bundle, new Choice(List.copyOf(members), List.copyOf(others)));
        lead(bundle);
    }

    /** Removes a bundle that has no routes any more. */
    public void remove(String bundle) {
        choices.remove(bundle);
        chosen.remove(bundle);
        table.drop(bundle);
    }

    /** Leads every bundle anew; to be called when a standing changed. */
    public void steer() {
        choices.keySet().forEach(this::lead);
    }

    /** The tunnels that packets of the bundle take now; empty when none carries them. */
    public List<String> via(String bundle) {
        return chosen.getOrDefault(bundle, List.of());
    }

    /** All bundles, in the order in which they were made. */
    public List<String> bundles() {
        return List.copyOf(choices.keySet());
    }

    private void lead(String bundle) {
        Choice choice = choices.getOrDefault(bundle, new Choice(List.of(), List.of()));
        List<String> tunnels = choose(choice);
        chosen.put(bundle, tunnels);
        boolean moved =
                table.lead(bundle, tunnels.stream().map(interfaceIndex::applyAsInt).toList());
        if (moved && table.size(bundle) > 0) {
            tell(bundle, tunnels);
        }
    }

    private List<String> choose(Choice choice) {
        for (Standing wanted : List.of(Standing.GOOD, Standing.LAST_RESORT)) {
            for (List<String> candidates : List.of(choice.members, choice.others)) {
                List<String> fit = new ArrayList<>();
                for (String tunnel : candidates) {
                    if (standing.apply(tunnel) == wanted && (spread || fit.isEmpty())) {
                        fit.add(tunnel);
                    }
                }
                if (!fit.isEmpty()) {
                    return fit;
                }
            }
        }
        return List.of();
    }

    private void tell(String bundle, List<String> tunnels) {
        int count = table.size(bundle);
        if (tunnels.isEmpty()) {
            log.atWarn()
                    .addKeyValue(LogKey.EVENT, "routes-withdrawn")
                    .log("{} routes of {} are withdrawn: no tunnel carries them", count, bundle);
        } else {
            log.atInfo()
                    .addKeyValue(LogKey.TUNNEL, String.join("+", tunnels))
                    .addKeyValue(LogKey.EVENT, "routes-moved")
                    .log("{} routes of {} lead here now", count, bundle);
        }
    }
}
