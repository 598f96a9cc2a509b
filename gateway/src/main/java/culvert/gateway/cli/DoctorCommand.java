package culvert.gateway.cli;

import culvert.gateway.control.ExitCode;
import culvert.gateway.doctor.Doctor;
import culvert.gateway.doctor.DoctorReport;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "doctor",
        description = {
            "Why is it not working? Checks in the order in which they depend on each other, each"
                    + " with what was seen and one thing to do.",
            "Exits with 1 when a check fails."
        },
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
    @Mixin private final ControlOption daemon = new ControlOption();

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            defaultValue = "/etc/culvert/culvert.yaml",
            description = "the configuration file (default: ${DEFAULT-VALUE})")
    private Path file = Path.of("/etc/culvert/culvert.yaml");

    @Option(
            names = "--destination",
            paramLabel = "ADDRESS",
            converter = AddressConverter.class,
            description = "follow a packet from the site to this address instead")
    private @Nullable InetAddress destination;

    @Option(
            names = "--public-address",
            paramLabel = "URL",
            arity = "0..1",
            fallbackValue = "https://checkip.amazonaws.com",
            description =
                    "ask this web service by which address the world sees us, and compare (without"
                            + " URL: ${FALLBACK-VALUE}); nothing is asked outside otherwise")
    private @Nullable URI publicAddressService;

    @Option(names = "--json", description = "print schema culvert.doctor/1")
    private boolean json;

    @Override
    public Integer call() {
        DoctorReport report =
                new DoctorReport(
                        destination == null
                                ? Doctor.examine(
                                        file,
                                        daemon.socket(),
                                        Optional.ofNullable(publicAddressService))
                                : Doctor.walk(file, daemon.socket(), destination));
        System.out.print(json ? report.toJson() : Screen.colored(report.toText()));
        return report.hasFailures() ? ExitCode.FAILURE.number() : ExitCode.OK.number();
    }
}
