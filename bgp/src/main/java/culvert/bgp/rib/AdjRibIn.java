package culvert.bgp.rib;

import culvert.bgp.message.AddressFamily;
import culvert.bgp.message.Nlri;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What one peer announced in one family (RFC 4271 3.2): accepted routes and, for people, rejected
 * ones. Routes from before a restart or a refresh are stale until the peer repeats them; they are
 * used like the others (RFC 4724 4.2).
 */
public final class AdjRibIn {
    private final AddressFamily family;
    private final LocRib locRib;
    private Map<Nlri, Route> current = new HashMap<>();
    private Map<Nlri, Route> stale = new HashMap<>();
    private int accepted;

    public AdjRibIn(AddressFamily family, LocRib locRib) {
        this.family = family;
        this.locRib = locRib;
        locRib.add(this);
    }

    AddressFamily family() {
        return family;
    }

    /** Takes the route; one that says the same as the old one changes nothing, not even its age. */
    public void announce(Nlri nlri, Route route) {
        Route old = stale.isEmpty() ? null : stale.remove(nlri);
        Route shadowed = current.get(nlri);
        if (shadowed != null) {
            old = shadowed;
        }
        if (old != null && old.saysTheSameAs(route)) {
            current.put(nlri, old);
            return;
        }
        current.put(nlri, route);
        count(old, -1);
        count(route, 1);
        touch(nlri, old, route);
    }

    public void withdraw(Nlri nlri) {
        Route old = current.remove(nlri);
        if (old == null) {
            old = stale.remove(nlri);
        }
        if (old != null) {
            count(old, -1);
            touch(nlri, old, null);
        }
    }

    /** From now on, all that is here counts as stale. */
    public void markStale() {
        stale.putAll(current);
        current = new HashMap<>();
    }

    /**
     * Drops what is stale still.
     *
     * @return number of prefixes dropped
     */
    public int sweepStale() {
        Map<Nlri, Route> swept = stale;
        stale = new HashMap<>();
        swept.forEach(this::dropped);
        return swept.size();
    }

    public void clear() {
        Map<Nlri, Route> dropped = current;
        current = new HashMap<>();
        dropped.forEach(this::dropped);
        sweepStale();
    }

    /** Judges all routes anew, after the policy has changed. */
    public void reapply(ImportFilter filter) {
        current.replaceAll((nlri, route) -> again(filter, nlri, route));
        stale.replaceAll((nlri, route) -> again(filter, nlri, route));
    }

    private Route again(ImportFilter filter, Nlri nlri, Route old) {
        Route route = filter.again(nlri, old);
        if (old.saysTheSameAs(route)) {
            return old;
        }
        count(old, -1);
        count(route, 1);
        touch(nlri, old, route);
        return route;
    }

    private void dropped(Nlri nlri, Route route) {
        count(route, -1);
        touch(nlri, route, null);
    }

    private void count(@Nullable Route route, int change) {
        if (route != null && route.isAccepted()) {
            accepted += change;
        }
    }

    private void touch(Nlri nlri, @Nullable Route before, @Nullable Route after) {
        if ((before != null && before.isAccepted()) || (after != null && after.isAccepted())) {
            locRib.touch(nlri);
        }
    }

    /** The route that may be chosen for the prefix. */
    @Nullable Route candidate(Nlri nlri) {
        Route route = current.get(nlri);
        if (route == null && !stale.isEmpty()) {
            route = stale.get(nlri);
        }
        return route != null && route.isAccepted() ? route : null;
    }

    /** Number of prefixes, rejected ones included. */
    public int received() {
        return current.size() + stale.size();
    }

    public int accepted() {
        return accepted;
    }

    public int staleCount() {
        return stale.size();
    }

    public void forEach(BiConsumer<Nlri, Route> action) {
        current.forEach(action);
        stale.forEach(action);
    }
}
