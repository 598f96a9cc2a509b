package culvert.gateway.cli;

import culvert.gateway.control.ExitCode;
import culvert.gateway.support.SupportArchive;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "support",
        description = {
            "Writes one archive for a ticket: status, SAs, BGP, routes, events, doctor's findings,"
                    + " the effective configuration and versions. No key is in it; addresses are."
        },
        mixinStandardHelpOptions = true)
final class SupportCommand implements Callable<Integer> {
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    @Mixin private final ControlOption daemon = new ControlOption();

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            defaultValue = "/etc/culvert/culvert.yaml",
            description = "the configuration file (default: ${DEFAULT-VALUE})")
    private Path configuration = Path.of("/etc/culvert/culvert.yaml");

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "the archive (default: culvert-support-TIME.tar.gz here)")
    private @Nullable Path output;

    @Override
    public Integer call() {
        Instant now = Instant.now();
        String name = "culvert-support-" + STAMP.format(now);
        Path file = output == null ? Path.of(name + ".tar.gz") : output;
        try (OutputStream out = PrivateFile.create(file)) {
            new SupportArchive(configuration, daemon.socket()).write(out, name, now);
        } catch (IOException e) {
            System.err.println("culvert: cannot write " + file + ": " + e);
            return ExitCode.FAILURE.number();
        }
        System.out.println(file);
        return ExitCode.OK.number();
    }
}
