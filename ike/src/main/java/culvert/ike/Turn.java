package culvert.ike;

import culvert.ike.certificate.FetchedLists;
import culvert.ike.message.Octets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * One call of {@link IkeEndpoint#handle}: its time, what it may draw on, and its actions so far.
 */
final class Turn {
    private final long nowNanos;
    private final long unixSeconds;
    private final SecureRandom random;
    private final IkeSaTable ikeSas;
    private final EspSpis espSpis;
    private final FetchedLists fetchedLists;
    private final IkeCounters counters;
    private final List<IkeAction> actions = new ArrayList<>();

    Turn(
            long nowNanos,
            long unixSeconds,
            SecureRandom random,
            IkeSaTable ikeSas,
            EspSpis espSpis,
            FetchedLists fetchedLists,
            IkeCounters counters) {
        this.nowNanos = nowNanos;
        this.unixSeconds = unixSeconds;
        this.random = random;
        this.ikeSas = ikeSas;
        this.espSpis = espSpis;
        this.fetchedLists = fetchedLists;
        this.counters = counters;
    }

    long nowNanos() {
        return nowNanos;
    }

    /** What the calendar says, for the validity of certificates only: it may jump. */
    long unixSeconds() {
        return unixSeconds;
    }

    SecureRandom random() {
        return random;
    }

    IkeSaTable ikeSas() {
        return ikeSas;
    }

    EspSpis espSpis() {
        return espSpis;
    }

    FetchedLists fetchedLists() {
        return fetchedLists;
    }

    List<IkeAction> actions() {
        return actions;
    }

    void emit(IkeAction action) {
        actions.add(action);
    }

    void count(IkeCounter counter) {
        counters.increment(counter);
    }

    /** A uniformly random duration. */
    long between(long lowNanos, long highNanos) {
        return highNanos <= lowNanos ? lowNanos : random.nextLong(lowNanos, highNanos);
    }

    Octets randomOctets(int length) {
        byte[] octets = new byte[length];
        random.nextBytes(octets);
        return Octets.copyOf(octets);
    }
}
