package culvert.gateway.control;

/**
 * The daemon's answer.
 *
 * @param exitCode what the command should exit with
 * @param text what it should print, with its line ends
 */
public record ControlReply(ExitCode exitCode, String text) implements ControlAnswer {
    public static ControlReply failure(String text) {
        return new ControlReply(ExitCode.FAILURE, text + "\n");
    }

    String toWire() {
        return exitCode.number() + "\n" + text;
    }

    static ControlReply ofWire(String wire) {
        int lineEnd = wire.indexOf('\n');
        String number = lineEnd < 0 ? wire : wire.substring(0, lineEnd);
        for (ExitCode code : ExitCode.values()) {
            if (Integer.toString(code.number()).equals(number)) {
                return new ControlReply(code, wire.substring(lineEnd + 1));
            }
        }
        return failure("the daemon closed the control connection without an answer");
    }
}
