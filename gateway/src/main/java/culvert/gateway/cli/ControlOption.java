package culvert.gateway.cli;

import culvert.gateway.control.ControlClient;
import culvert.gateway.control.ControlReply;
import culvert.gateway.control.ControlRequest;
import culvert.gateway.control.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which daemon a command talks to. */
final class ControlOption {
    @Option(
            names = "--control",
            paramLabel = "PATH",
            defaultValue = "${env:CULVERT_CONTROL:-/run/culvert/control.sock}",
            description = "control socket of the daemon (default: ${DEFAULT-VALUE})")
    private Path socket = Path.of("/run/culvert/control.sock");

    Path socket() {
        return socket;
    }

    ControlReply ask(ControlRequest request) {
        return new ControlClient(socket).ask(request);
    }

    /** Hands on the stream that the daemon answers with. */
    ControlReply follow(ControlRequest request, ControlClient.StreamReader reader)
            throws IOException {
        return new ControlClient(socket).follow(request, reader);
    }

    /** Asks, prints the answer where it belongs, and returns the number to exit with. */
    int askAndPrint(ControlRequest request) {
        return print(ask(request));
    }

    static int print(ControlReply reply) {
        boolean answered =
                switch (reply.exitCode()) {
                    case OK, DEGRADED, DOWN -> true;
                    case FAILURE, USAGE, DAEMON_NOT_RUNNING, PERMISSION, CONFIG_INVALID, TIMEOUT ->
                            false;
                };
        (answered ? System.out : System.err).print(reply.text());
        return reply.exitCode() == ExitCode.OK ? 0 : reply.exitCode().number();
    }
}
