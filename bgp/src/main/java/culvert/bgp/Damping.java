package culvert.bgp;

import java.time.Duration;

/**
 * How long a peer rests after a protocol error, which would come again at once (RFC 4271 8.1
 * DampPeerOscillations): doubles each time, until a session held for a while.
 */
final class Damping {
    private static final Duration FORGIVEN_AFTER = Duration.ofMinutes(5);

    private final BgpSessionSettings settings;
    private Duration next;

    Damping(BgpSessionSettings settings) {
        this.settings = settings;
        this.next = settings.dampingMinimum();
    }

    /** The wait after this error. */
    Duration after(SessionEnd end) {
        if (end.isAboutMaximumPrefixes()) {
            next = settings.dampingMaximum();
        }
        Duration wait = next;
        Duration doubled = next.multipliedBy(2);
        next =
                doubled.compareTo(settings.dampingMaximum()) > 0
                        ? settings.dampingMaximum()
                        : doubled;
        return wait;
    }

    void sessionHeld(Duration established) {
        if (established.compareTo(FORGIVEN_AFTER) >= 0) {
            forget();
        }
    }

    void forget() {
        next = settings.dampingMinimum();
    }
}
