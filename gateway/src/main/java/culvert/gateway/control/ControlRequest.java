package culvert.gateway.control;

import java.util.List;
import java.util.Optional;

/**
 * What the command line may ask of the daemon. On the socket a request is one line of words; the
 * answer is one line with the exit code and then the text to print, ended by the connection's
 * close.
 */
public sealed interface ControlRequest {
    /** How the answer is to be written. */
    enum Format {
        TEXT,
        JSON
    }

    record Status(Format format) implements ControlRequest {}

    /** As {@link Status} in text, but the drops since the last look stay as they are. */
    record Watch() implements ControlRequest {}

    record Routes(Format format) implements ControlRequest {}

    record Sa(Format format) implements ControlRequest {}

    record Bgp(Format format) implements ControlRequest {}

    /**
     * What happened lately.
     *
     * @param follow go on with what happens from now on
     */
    record Events(Format format, boolean follow) implements ControlRequest {}

    record Up(String tunnel) implements ControlRequest {}

    record Down(String tunnel) implements ControlRequest {}

    record RekeyChildSa(String tunnel) implements ControlRequest {}

    record RekeyIkeSa(String tunnel) implements ControlRequest {}

    /** Read the configuration again. */
    record Reload() implements ControlRequest {}

    /** Say what reading it again would change. */
    record ReloadDryRun() implements ControlRequest {}

    /** Read it again, and go back after this time unless {@link ReloadConfirm} comes. */
    record ReloadOnTrial(long seconds) implements ControlRequest {}

    /** Keep what is on trial. */
    record ReloadConfirm() implements ControlRequest {}

    record Capture(CaptureOrder order) implements ControlRequest {}

    /** The line without its end. */
    default String toLine() {
        return switch (this) {
            case Status(Format format) -> "status " + word(format);
            case Watch() -> "watch";
            case Routes(Format format) -> "routes " + word(format);
            case Sa(Format format) -> "sa " + word(format);
            case Bgp(Format format) -> "bgp " + word(format);
            case Events(Format format, boolean follow) ->
                    (follow ? "follow " : "events ") + word(format);
            case Capture(CaptureOrder order) -> "capture " + order.toWords();
            case Up(String tunnel) -> "up " + tunnel;
            case Down(String tunnel) -> "down " + tunnel;
            case RekeyChildSa(String tunnel) -> "rekey-child " + tunnel;
            case RekeyIkeSa(String tunnel) -> "rekey-ike " + tunnel;
            case Reload() -> "reload now";
            case ReloadDryRun() -> "reload dry-run";
            case ReloadOnTrial(long seconds) -> "reload-on-trial " + seconds;
            case ReloadConfirm() -> "reload confirm";
        };
    }

    /** Reads a line; empty when it is no request. */
    static Optional<ControlRequest> ofLine(String line) {
        List<String> words = List.of(line.split(" ", -1));
        if (line.equals("watch")) {
            return Optional.of(new Watch());
        }
        if (words.getFirst().equals("capture")) {
            return CaptureOrder.ofWords(words.subList(1, words.size())).map(Capture::new);
        }
        if (words.size() != 2 || words.get(1).isEmpty()) {
            return Optional.empty();
        }
        String argument = words.get(1);
        return switch (words.getFirst()) {
            case "status" -> format(argument).map(Status::new);
            case "routes" -> format(argument).map(Routes::new);
            case "sa" -> format(argument).map(Sa::new);
            case "bgp" -> format(argument).map(Bgp::new);
            case "events" -> format(argument).map(f -> new Events(f, false));
            case "follow" -> format(argument).map(f -> new Events(f, true));
            case "up" -> Optional.of(new Up(argument));
            case "down" -> Optional.of(new Down(argument));
            case "rekey-child" -> Optional.of(new RekeyChildSa(argument));
            case "rekey-ike" -> Optional.of(new RekeyIkeSa(argument));
            case "reload" -> reload(argument);
            case "reload-on-trial" ->
                    argument.matches("[1-9][0-9]{0,5}")
                            ? Optional.of(new ReloadOnTrial(Long.parseLong(argument)))
                            : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static String word(Format format) {
        return switch (format) {
            case TEXT -> "text";
            case JSON -> "json";
        };
    }

    private static Optional<ControlRequest> reload(String word) {
        return switch (word) {
            case "now" -> Optional.of(new Reload());
            case "dry-run" -> Optional.of(new ReloadDryRun());
            case "confirm" -> Optional.of(new ReloadConfirm());
            default -> Optional.empty();
        };
    }

    private static Optional<Format> format(String word) {
        return switch (word) {
            case "json" -> Optional.of(Format.JSON);
            case "text" -> Optional.of(Format.TEXT);
            default -> Optional.empty();
        };
    }
}
