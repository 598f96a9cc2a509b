package culvert.gateway.control;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What to capture, and when to stop; whichever limit comes first.
 *
 * @param host of either end; absent: any
 * @param port of either end; absent: any
 */
public record CaptureOrder(
        String tunnel,
        Optional<InetAddress> host,
        OptionalInt port,
        long mostPackets,
        long mostBytes,
        Duration longest) {
    private static final String ANY = "-";
    private static final String NUMBER = "[0-9]{1,15}";
    private static final int LAST_PORT = 65_535;

    /** Words without spaces, the tunnel first. */
    public String toWords() {
        return String.join(
                " ",
                tunnel,
                host.map(InetAddress::getHostAddress).orElse(ANY),
                port.isPresent() ? Integer.toString(port.getAsInt()) : ANY,
                Long.toString(mostPackets),
                Long.toString(mostBytes),
                Long.toString(longest.toMillis()));
    }

    /** Reads {@link #toWords}; empty when the words are something else. */
    public static Optional<CaptureOrder> ofWords(List<String> words) {
        if (words.size() != 6
                || words.getFirst().isEmpty()
                || !words.subList(3, 6).stream().allMatch(word -> word.matches(NUMBER))) {
            return Optional.empty();
        }
        try {
            Optional<InetAddress> host =
                    words.get(1).equals(ANY)
                            ? Optional.empty()
                            : Optional.of(InetAddress.ofLiteral(words.get(1)));
            OptionalInt port =
                    words.get(2).equals(ANY)
                            ? OptionalInt.empty()
                            : OptionalInt.of(Integer.parseInt(words.get(2)));
            return port.orElse(1) < 1 || port.orElse(1) > LAST_PORT
                    ? Optional.empty()
                    : Optional.of(
                            new CaptureOrder(
                                    words.get(0),
                                    host,
                                    port,
                                    Long.parseLong(words.get(3)),
                                    Long.parseLong(words.get(4)),
                                    Duration.ofMillis(Long.parseLong(words.get(5)))));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
