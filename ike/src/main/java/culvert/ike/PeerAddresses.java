package culvert.ike;

import culvert.model.PeerHost;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Where a tunnel's peer may be: at its configured address, or at those that its name led to last;
 * and to which of them the next attempt goes.
 */
final class PeerAddresses {
    /** More than any gateway has; the rest of a longer answer is left out. */
    static final int MOST = 8;

    private PeerHost host;
    private List<InetAddress> candidates = List.of();
    private Optional<InetAddress> next = Optional.empty();

    PeerAddresses(PeerHost host) {
        this.host = host;
        configure(host);
    }

    /** Where the operator says that it is. */
    PeerHost host() {
        return host;
    }

    /** Another place than before leaves nothing of what was known. */
    void configure(PeerHost changed) {
        if (changed.equals(host) && !candidates.isEmpty()) {
            return;
        }
        host = changed;
        candidates =
                switch (changed) {
                    case PeerHost.Address(InetAddress address) -> List.of(address);
                    case PeerHost.Name name -> List.of();
                };
        next = candidates.stream().findFirst();
    }

    /**
     * The name leads to these now. Those that it led to before keep their places: resolvers shuffle
     * their answers, and each candidate is to have its turn.
     */
    void named(List<InetAddress> addresses) {
        List<InetAddress> merged = new ArrayList<>(candidates);
        merged.retainAll(addresses);
        for (InetAddress address : addresses) {
            if (merged.size() < MOST && !merged.contains(address)) {
                merged.add(address);
            }
        }
        candidates = List.copyOf(merged);
        if (next.filter(candidates::contains).isEmpty()) {
            next = candidates.stream().findFirst();
        }
    }

    List<InetAddress> candidates() {
        return candidates;
    }

    /** Whether the peer may speak from there. */
    boolean admit(InetAddress source) {
        return candidates.contains(source);
    }

    /** Where the next attempt goes; empty while that is not known. */
    Optional<InetAddress> next() {
        return next;
    }

    /** The peer lives there. */
    void liveAt(InetAddress address) {
        if (candidates.contains(address)) {
            next = Optional.of(address);
        }
    }

    /** Whether an attempt at {@link #next} is the last of a round through all of them. */
    boolean isLastOfRound() {
        return next.isEmpty() || candidates.indexOf(next.get()) == candidates.size() - 1;
    }

    /**
     * The one after it has its turn.
     *
     * @param isTaken those to pass over
     */
    void turn(Predicate<InetAddress> isTaken) {
        int at = next.map(candidates::indexOf).orElse(0);
        for (int step = 1; step < candidates.size(); step++) {
            InetAddress other = candidates.get((at + step) % candidates.size());
            if (!isTaken.test(other)) {
                next = Optional.of(other);
                return;
            }
        }
    }
}
