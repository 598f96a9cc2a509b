package culvert.bgp.rib;

import culvert.bgp.message.AddressFamily;
import culvert.bgp.message.Nlri;
import culvert.bgp.message.PathAttributes;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The routes that the decision process chose (RFC 4271 3.2). Changes gather until {@link #settle}
 * decides about all touched prefixes at once.
 */
public final class LocRib {
    private final DecisionProcess decisionProcess;
    private final Map<AddressFamily, List<AdjRibIn>> inputs = new EnumMap<>(AddressFamily.class);
    private final AttributePool attributePool = new AttributePool();
    private final Map<Nlri, Route> originated = new HashMap<>();
    private final Map<Nlri, BestRoutes> chosen = new HashMap<>();
    private final List<Nlri> touched = new ArrayList<>();

    public LocRib(DecisionProcess decisionProcess) {
        this.decisionProcess = decisionProcess;
        for (AddressFamily family : AddressFamily.values()) {
            inputs.put(family, new ArrayList<>());
        }
    }

    /** A prefix about which the decision changed. */
    public record Change(Nlri nlri, Optional<BestRoutes> before, Optional<BestRoutes> after) {

        /** Whether packets go elsewhere now. */
        public boolean movesPackets() {
            return !nextHops(before).equals(nextHops(after));
        }

        /** Whether peers may have to hear of it. */
        public boolean concernsPeers() {
            return before.map(BestRoutes::best).orElse(null)
                    != after.map(BestRoutes::best).orElse(null);
        }

        public RouteChange toRouteChange() {
            return new RouteChange(nlri, nextHops(after));
        }

        private static List<NextHop> nextHops(Optional<BestRoutes> routes) {
            return routes.map(BestRoutes::nextHops).orElse(List.of());
        }
    }

    void add(AdjRibIn input) {
        of(input.family()).add(input);
    }

    /** Takes an input, which must be clear, out of the decision. */
    public void remove(AdjRibIn input) {
        if (input.received() != 0) {
            throw new IllegalStateException("an Adj-RIB-In that holds routes is removed");
        }
        of(input.family()).remove(input);
    }

    /** The set that all routes with this content share. */
    public PathAttributes shared(PathAttributes attributes) {
        return attributePool.shared(attributes);
    }

    /** Adds a route of our own. */
    public void originate(Nlri nlri, Route route) {
        originated.put(nlri, route);
        touch(nlri);
    }

    public void stopOriginating(Nlri nlri) {
        if (originated.remove(nlri) != null) {
            touch(nlri);
        }
    }

    void touch(Nlri nlri) {
        touched.add(nlri);
    }

    /** Decides about all that was touched since the last time. */
    public List<Change> settle() {
        if (touched.isEmpty()) {
            return List.of();
        }
        List<Change> changes = new ArrayList<>(touched.size());
        for (Nlri nlri : touched) {
            BestRoutes before = chosen.get(nlri);
            BestRoutes after = decide(nlri);
            if (isSame(before, after)) {
                continue;
            }
            if (after == null) {
                chosen.remove(nlri);
            } else {
                chosen.put(nlri, after);
            }
            changes.add(new Change(nlri, Optional.ofNullable(before), Optional.ofNullable(after)));
        }
        touched.clear();
        return changes;
    }

    private @Nullable BestRoutes decide(Nlri nlri) {
        decisionProcess.begin();
        Route own = originated.get(nlri);
        if (own != null) {
            decisionProcess.add(own);
        }
        for (AdjRibIn input : of(nlri.family())) {
            Route candidate = input.candidate(nlri);
            if (candidate != null) {
                decisionProcess.add(candidate);
            }
        }
        return decisionProcess.count() == 0 ? null : decisionProcess.choose();
    }

    private List<AdjRibIn> of(AddressFamily family) {
        return Objects.requireNonNull(inputs.get(family));
    }

    private static boolean isSame(@Nullable BestRoutes before, @Nullable BestRoutes after) {
        if (before == null || after == null) {
            return before == after;
        }
        // Routes are equal by identity, so this is cheap.
        return before == after || before.routes().equals(after.routes());
    }

    public Optional<BestRoutes> lookup(Nlri nlri) {
        return Optional.ofNullable(chosen.get(nlri));
    }

    public int size() {
        return chosen.size();
    }

    public void forEach(BiConsumer<Nlri, BestRoutes> action) {
        chosen.forEach(action);
    }
}
