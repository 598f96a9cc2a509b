package culvert.bgp;

import culvert.bgp.message.AddressFamily;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How sessions with a peer are run.
 *
 * @param holdTime proposed hold time: zero or 3 s to 65,535 s; zero is for peers without timers and
 *     must be agreed by both
 * @param connectRetry time between attempts to connect, before jitter
 * @param sendHold how long the peer may not read at all; empty: as RFC 9687 says, 8 minutes or
 *     twice the hold time if that is longer
 * @param passive wait for the peer to connect
 * @param families families to offer
 * @param restartTime how long we may be away when we restart, announced to the peer (RFC 4724)
 * @param preservesForwarding whether packets still flow while we restart; otherwise the peer is not
 *     asked to keep our routes
 * @param staleTime how long routes from before the peer's restart, or a refresh, are kept at most
 * @param dampingMinimum first wait after a protocol error, doubled with each further one; also how
 *     soon a session that was lost without one is tried again
 * @param dampingMaximum longest wait after protocol errors
 */
public record BgpSessionSettings(
        Duration holdTime,
        Duration connectRetry,
        Optional<Duration> sendHold,
        boolean passive,
        List<AddressFamily> families,
        Duration restartTime,
        boolean preservesForwarding,
        Duration staleTime,
        Duration dampingMinimum,
        Duration dampingMaximum) {

    private static final Duration MINIMUM_SEND_HOLD = Duration.ofMinutes(8);
    private static final long MAXIMUM_RESTART_SECONDS = 4095;

    public BgpSessionSettings {
        families = List.copyOf(families);
        long hold = holdTime.toSeconds();
        if (hold < 0 || hold == 1 || hold == 2 || hold > 65_535) {
            throw new IllegalArgumentException(
                    "a hold time of " + hold + " s: needs 0 or 3 to 65535 (RFC 4271 4.2)");
        }
        if (restartTime.isNegative() || restartTime.toSeconds() > MAXIMUM_RESTART_SECONDS) {
            throw new IllegalArgumentException("a restart time has 0 to 4095 s (RFC 4724 3)");
        }
        if (families.isEmpty()) {
            throw new IllegalArgumentException("at least one address family");
        }
    }

    /** The defaults for this hold time. */
    public static BgpSessionSettings withHoldTime(Duration holdTime) {
        return new BgpSessionSettings(
                holdTime,
                Duration.ofSeconds(5),
                Optional.empty(),
                false,
                List.of(AddressFamily.IPV4_UNICAST, AddressFamily.IPV6_UNICAST),
                Duration.ofSeconds(120),
                false,
                Duration.ofSeconds(360),
                Duration.ofSeconds(1),
                Duration.ofSeconds(120));
    }

    Duration sendHoldFor(int holdTimeSeconds) {
        Duration twice = Duration.ofSeconds(2L * holdTimeSeconds);
        return sendHold.orElse(twice.compareTo(MINIMUM_SEND_HOLD) > 0 ? twice : MINIMUM_SEND_HOLD);
    }

    /** Offers these alone. */
    public BgpSessionSettings withFamilies(AddressFamily... offered) {
        return new BgpSessionSettings(
                holdTime,
                connectRetry,
                sendHold,
                passive,
                List.of(offered),
                restartTime,
                preservesForwarding,
                staleTime,
                dampingMinimum,
                dampingMaximum);
    }

    /** Packets still flow while we restart, so the peer is asked to keep our routes. */
    public BgpSessionSettings preservingForwarding() {
        return new BgpSessionSettings(
                holdTime,
                connectRetry,
                sendHold,
                passive,
                families,
                restartTime,
                true,
                staleTime,
                dampingMinimum,
                dampingMaximum);
    }

    public BgpSessionSettings passively() {
        return new BgpSessionSettings(
                holdTime,
                connectRetry,
                sendHold,
                true,
                families,
                restartTime,
                preservesForwarding,
                staleTime,
                dampingMinimum,
                dampingMaximum);
    }
}
