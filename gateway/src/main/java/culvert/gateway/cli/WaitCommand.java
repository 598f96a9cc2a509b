package culvert.gateway.cli;

import culvert.gateway.control.ControlReply;
import culvert.gateway.control.ControlRequest;
import culvert.gateway.control.ExitCode;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "wait",
        description =
                "Returns when every tunnel, with its BGP session, is up; waits for the daemon to start as well.",
        mixinStandardHelpOptions = true)
final class WaitCommand implements Callable<Integer> {
    private static final Duration POLL_INTERVAL = Duration.ofMillis(50);

    @Mixin private final ControlOption daemon = new ControlOption();

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "30s",
            converter = DurationConverter.class,
            description = "how long to wait, such as 30s or 2m (default: ${DEFAULT-VALUE})")
    private Duration timeout = Duration.ofSeconds(30);

    @Override
    public Integer call() throws InterruptedException {
        long deadlineNanos = System.nanoTime() + timeout.toNanos();
        while (true) {
            ControlReply reply = daemon.ask(new ControlRequest.Watch());
            switch (reply.exitCode()) {
                case OK, FAILURE, USAGE, PERMISSION, CONFIG_INVALID, TIMEOUT -> {
                    return ControlOption.print(reply);
                }
                case DEGRADED, DOWN, DAEMON_NOT_RUNNING -> {
                    if (System.nanoTime() - deadlineNanos >= 0) {
                        ControlOption.print(reply);
                        return reply.exitCode() == ExitCode.DAEMON_NOT_RUNNING
                                ? reply.exitCode().number()
                                : ExitCode.TIMEOUT.number();
                    }
                    Thread.sleep(POLL_INTERVAL);
                }
            }
        }
    }
}
