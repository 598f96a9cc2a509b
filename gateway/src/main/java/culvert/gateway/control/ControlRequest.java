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

    record Routes(Format format) implements ControlRequest {}

    record Up(String tunnel) implements ControlRequest {}

    record Down(String tunnel) implements ControlRequest {}

    record RekeyChildSa(String tunnel) implements ControlRequest {}

    record RekeyIkeSa(String tunnel) implements ControlRequest {}

    /** The line without its end. */
    default String toLine() {
        return switch (this) {
            case Status(Format format) -> format == Format.JSON ? "status json" : "status text";
            case Routes(Format format) -> format == Format.JSON ? "routes json" : "routes text";
            case Up(String tunnel) -> "up " + tunnel;
            case Down(String tunnel) -> "down " + tunnel;
            case RekeyChildSa(String tunnel) -> "rekey-child " + tunnel;
            case RekeyIkeSa(String tunnel) -> "rekey-ike " + tunnel;
        };
    }

    /** Reads a line; empty when it is no request. */
    static Optional<ControlRequest> ofLine(String line) {
        List<String> words = List.of(line.split(" ", -1));
        if (words.size() != 2 || words.get(1).isEmpty()) {
            return Optional.empty();
        }
        String argument = words.get(1);
        return switch (words.getFirst()) {
            case "status" -> format(argument).map(Status::new);
            case "routes" -> format(argument).map(Routes::new);
            case "up" -> Optional.of(new Up(argument));
            case "down" -> Optional.of(new Down(argument));
            case "rekey-child" -> Optional.of(new RekeyChildSa(argument));
            case "rekey-ike" -> Optional.of(new RekeyIkeSa(argument));
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
