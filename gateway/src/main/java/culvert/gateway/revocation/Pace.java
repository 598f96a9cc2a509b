package culvert.gateway.revocation;

import java.time.Duration;

/**
 * How often lists are fetched.
 *
 * @param timeLimit for one answer
 * @param firstRetry after the first failure; the pause doubles with each
 * @param longestRetry bound of that
 * @param shortestRefresh bound for lists that end soon
 * @param longestRefresh bound for lists that hold long: an authority that revokes in a hurry
 *     publishes before the former list ends
 */
record Pace(
        Duration timeLimit,
        Duration firstRetry,
        Duration longestRetry,
        Duration shortestRefresh,
        Duration longestRefresh) {
    static final Pace USUAL =
            new Pace(
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(5),
                    Duration.ofMinutes(30),
                    Duration.ofMinutes(1),
                    Duration.ofDays(1));

    private static final int MOST_DOUBLINGS = 20;

    Duration retryAfter(int failures) {
        Duration pause = firstRetry.multipliedBy(1L << Math.min(failures - 1, MOST_DOUBLINGS));
        return pause.compareTo(longestRetry) < 0 ? pause : longestRetry;
    }

    /** Half of the time that is left. */
    Duration refreshAfter(Duration left) {
        Duration half = left.dividedBy(2);
        if (half.compareTo(shortestRefresh) < 0) {
            return shortestRefresh;
        }
        return half.compareTo(longestRefresh) < 0 ? half : longestRefresh;
    }
}
