package culvert.lab;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an echo client saw. Round trips count from the moment at which a request was due, so a
 * sender that was held up hides nothing.
 *
 * @param lost requests never answered, {@code sent - received}
 * @param longestLossRun most requests lost in a row
 * @param longestSilenceNanos longest time without any answer, from the first request due to the
 *     end; close to the interval when all is well
 * @param silenceStartNanos when that silence began, on the clock of {@link System#nanoTime}, which
 *     all processes of the machine share
 * @param p50Nanos median round trip; 0, as the following, when nothing was answered
 */
public record EchoReport(
        long sent,
        long received,
        long lost,
        long longestLossRun,
        long longestSilenceNanos,
        long silenceStartNanos,
        long p50Nanos,
        long p99Nanos,
        long p999Nanos,
        long maxNanos) {

    private static final long UNANSWERED = 0;

    /**
     * @param dueNanos when each request was due
     * @param arrivalNanos when its first answer came, 0 for never
     */
    static EchoReport of(long[] dueNanos, long[] arrivalNanos) {
        int sent = dueNanos.length;
        var roundTripNanos = new long[sent];
        var arrivals = new long[sent];
        int received = 0;
        long lossRun = 0;
        long longestLossRun = 0;
        for (int i = 0; i < sent; i++) {
            if (arrivalNanos[i] == UNANSWERED) {
                lossRun++;
                longestLossRun = Math.max(longestLossRun, lossRun);
            } else {
                lossRun = 0;
                roundTripNanos[received] = arrivalNanos[i] - dueNanos[i];
                arrivals[received] = arrivalNanos[i];
                received++;
            }
        }
        // Answers can overtake each other: silence is measured between them as they came.
        Arrays.sort(arrivals, 0, received);
        Arrays.sort(roundTripNanos, 0, received);
        long silenceStart = dueNanos[0];
        long longestSilence = 0;
        long before = dueNanos[0];
        for (int i = 0; i <= received; i++) {
            long next = i < received ? arrivals[i] : dueNanos[sent - 1];
            if (next - before > longestSilence) {
                longestSilence = next - before;
                silenceStart = before;
            }
            before = next;
        }
        return new EchoReport(
                sent,
                received,
                sent - received,
                longestLossRun,
                longestSilence,
                silenceStart,
                percentile(roundTripNanos, received, 0.5),
                percentile(roundTripNanos, received, 0.99),
                percentile(roundTripNanos, received, 0.999),
                percentile(roundTripNanos, received, 1));
    }

    private static long percentile(long[] sorted, int count, double share) {
        return count == 0 ? 0 : sorted[Math.max(0, (int) Math.ceil(share * count) - 1)];
    }

    /** Longest time without an answer, in milliseconds: the length of a failover's gap. */
    public double longestSilenceMillis() {
        return longestSilenceNanos / 1e6;
    }

    /** One line of {@code name=value}, which {@link #parse} reads. */
    String line() {
        return "echo sent=%d received=%d lost=%d longestLossRun=%d longestSilenceNanos=%d silenceStartNanos=%d"
                        .formatted(
                                sent,
                                received,
                                lost,
                                longestLossRun,
                                longestSilenceNanos,
                                silenceStartNanos)
                + " p50Nanos=%d p99Nanos=%d p999Nanos=%d maxNanos=%d"
                        .formatted(p50Nanos, p99Nanos, p999Nanos, maxNanos);
    }

    static EchoReport parse(String line) {
        Map<String, Long> values = new TreeMap<>();
        for (String word : line.strip().split(" ")) {
            int equals = word.indexOf('=');
            if (equals > 0) {
                values.put(word.substring(0, equals), Long.parseLong(word.substring(equals + 1)));
            }
        }
        return new EchoReport(
                value(values, "sent"),
                value(values, "received"),
                value(values, "lost"),
                value(values, "longestLossRun"),
                value(values, "longestSilenceNanos"),
                value(values, "silenceStartNanos"),
                value(values, "p50Nanos"),
                value(values, "p99Nanos"),
                value(values, "p999Nanos"),
                value(values, "maxNanos"));
    }

    private static long value(Map<String, Long> values, String name) {
        Long value = values.get(name);
        if (value == null) {
            throw new LabException("an echo report without " + name);
        }
        return value;
    }
}
