package culvert.config;

import static culvert.config.Parsed.bad;
import static culvert.config.Parsed.ok;
import static culvert.config.Words.quote;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers and durations. */
final class QuantityTypes {
    /** At most nine digits, so that no unit overflows. */
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");

    static final WordShape DURATION_SHAPE = new WordShape.Text(DURATION.pattern());

    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,9}");
    private static final Pattern ASPLAIN = Pattern.compile("[0-9]{1,10}");
    private static final Pattern ASDOT = Pattern.compile("([0-9]{1,5})\\.([0-9]{1,5})");
    private static final long LAST_ASN = 0xFFFF_FFFFL;

    /** AS_TRANS stands for large numbers towards old speakers (RFC 6793 9). */
    private static final long AS_TRANS = 23456;

    private static final int REPLAY_WINDOW_STEP = 32;
    private static final int LAST_REPLAY_WINDOW = 4096;

    static final ValueType<Integer> VERSION =
            ValueType.of(
                    "1",
                    "1",
                    new WordShape.Whole(1, 1, 1),
                    word ->
                            word.equals("1")
                                    ? ok(1)
                                    : bad(quote(word) + " is not a known version", "write 1"));

    static final ValueType<Long> ASN =
            ValueType.of(
                    "AS number, 1 to 4294967295",
                    "65000",
                    new WordShape.Whole(1, LAST_ASN, 1),
                    QuantityTypes::asn);

    static final ValueType<Integer> REPLAY_WINDOW =
            ValueType.of(
                    "packets, 32 to 4096 in steps of 32",
                    "1024",
                    new WordShape.Whole(REPLAY_WINDOW_STEP, LAST_REPLAY_WINDOW, REPLAY_WINDOW_STEP),
                    QuantityTypes::replayWindow);

    static final ValueType<Duration> HOLD_TIME =
            ValueType.of(
                    "duration, 0s or 3s to 65535s", "30s", DURATION_SHAPE, QuantityTypes::holdTime);

    private QuantityTypes() {}

    /** An integer within bounds; the bounds have at most nine digits. */
    static ValueType<Integer> count(int least, int most, String example) {
        return ValueType.of(
                "number, %d to %d".formatted(least, most),
                example,
                new WordShape.Whole(least, most, 1),
                word -> {
                    if (!DIGITS.matcher(word).matches()) {
                        return bad(
                                quote(word) + " is not a whole number",
                                "write a number from %d to %d".formatted(least, most));
                    }
                    int number = Integer.parseInt(word);
                    return number >= least && number <= most
                            ? ok(number)
                            : bad(
                                    number + " is not within " + least + " to " + most,
                                    "write a number from %d to %d".formatted(least, most));
                });
    }

    /** A duration within bounds. */
    static ValueType<Duration> duration(String least, String most, String example) {
        Duration shortest = required(least);
        Duration longest = required(most);
        return ValueType.of(
                "duration, %s to %s".formatted(least, most),
                example,
                DURATION_SHAPE,
                word ->
                        duration(word)
                                .then(
                                        value ->
                                                value.compareTo(shortest) >= 0
                                                                && value.compareTo(longest) <= 0
                                                        ? ok(value)
                                                        : bad(
                                                                "%s is not within %s to %s"
                                                                        .formatted(
                                                                                word, least, most),
                                                                "write a duration such as "
                                                                        + example)));
    }

    private static Duration required(String word) {
        return duration(word)
                .asOptional()
                .orElseThrow(() -> new IllegalArgumentException(word + " as a bound"));
    }

    static Parsed<Duration> duration(String word) {
        Matcher matcher = DURATION.matcher(word);
        if (!matcher.matches()) {
            return DIGITS.matcher(word).matches()
                    ? bad(
                            quote(word) + " has no unit",
                            "write %ss for seconds; ms, s, m and h are known".formatted(word))
                    : bad(
                            quote(word) + " is not a duration",
                            "write a whole number and ms, s, m or h, such as 250ms or 8h");
        }
        long number = Long.parseLong(matcher.group(1));
        return ok(
                switch (matcher.group(2)) {
                    case "ms" -> Duration.ofMillis(number);
                    case "s" -> Duration.ofSeconds(number);
                    case "m" -> Duration.ofMinutes(number);
                    default -> Duration.ofHours(number);
                });
    }

    /** RFC 4271 4.2: zero, or three seconds and more, in whole seconds of 16 bits. */
    private static Parsed<Duration> holdTime(String word) {
        return duration(word)
                .then(
                        time -> {
                            if (time.toMillisPart() != 0) {
                                return bad(word + " is not a whole number of seconds", "write 30s");
                            }
                            if (time.toSeconds() > 0xFFFF) {
                                return bad(
                                        word + " is longer than BGP can say",
                                        "write at most 65535s");
                            }
                            return time.isZero() || time.toSeconds() >= 3
                                    ? ok(time)
                                    : bad(
                                            word + " is shorter than BGP allows",
                                            "write at least 3s, or 0s for a session without"
                                                    + " keepalives");
                        });
    }

    private static Parsed<Long> asn(String word) {
        Matcher asdot = ASDOT.matcher(word);
        if (asdot.matches()) {
            long plain = (Long.parseLong(asdot.group(1)) << 16) + Long.parseLong(asdot.group(2));
            return bad(quote(word) + " is not written as one number", "write " + plain);
        }
        String digits = word.regionMatches(true, 0, "AS", 0, 2) ? word.substring(2) : word;
        if (!ASPLAIN.matcher(digits).matches()) {
            return bad(quote(word) + " is not an AS number", "write a number such as 65000");
        }
        if (!digits.equals(word)) {
            return bad(quote(word) + " is not a plain number", "write " + digits);
        }
        long number = Long.parseLong(word);
        if (number < 1 || number > LAST_ASN) {
            return bad(
                    word + " is not within 1 to 4294967295", "write your AS number, such as 65000");
        }
        return number == AS_TRANS
                ? bad(
                        "23456 is AS_TRANS, which no network may use as its own",
                        "write the real AS number, such as 65000")
                : ok(number);
    }

    private static Parsed<Integer> replayWindow(String word) {
        return count(REPLAY_WINDOW_STEP, LAST_REPLAY_WINDOW, "1024")
                .read(word)
                .then(
                        packets -> {
                            int below = packets / REPLAY_WINDOW_STEP * REPLAY_WINDOW_STEP;
                            return below == packets
                                    ? ok(packets)
                                    : bad(
                                            packets + " is not a multiple of " + REPLAY_WINDOW_STEP,
                                            "write %d or %d"
                                                    .formatted(below, below + REPLAY_WINDOW_STEP));
                        });
    }
}
