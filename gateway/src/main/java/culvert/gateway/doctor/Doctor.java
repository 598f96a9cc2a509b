package culvert.gateway.doctor;

import culvert.config.ConfigLoader;
import culvert.config.GatewayConfig;
import culvert.config.LoadOptions;
import culvert.gateway.control.ControlClient;
import culvert.gateway.control.ControlReply;
import culvert.gateway.control.ControlRequest;
import culvert.gateway.control.ControlRequest.Format;
import culvert.tunio.TunIoException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Runs all checks. Whatever cannot be looked at is unknown, and the rest is examined all the same.
 */
public final class Doctor {
    /** In the order in which they depend on each other. */
    static final List<Check> CHECKS =
            List.of(
                    new ConfigurationCheck(),
                    new RedundancyCheck(),
                    new DeadPeerCheck(),
                    new ClockCheck(),
                    new TunAccessCheck(),
                    new OutsideAddressCheck(),
                    new PortsCheck(),
                    new DaemonCheck(),
                    new XfrmCheck(),
                    new OutsideRouteCheck(),
                    new SocketDropsCheck(),
                    new ConntrackCheck(),
                    new CloudCheck(),
                    new PeerAnswersCheck(),
                    new NatTraversalPortCheck(),
                    new IkeProposalsCheck(),
                    new IdentityCheck(),
                    new PreSharedKeyCheck(),
                    new EspProposalsCheck(),
                    new SelectorsCheck(),
                    new TunnelsUpCheck(),
                    new RekeyCheck(),
                    new DeviceCheck(),
                    new ForwardingCheck(),
                    new ReversePathCheck(),
                    new RoutesCheck(),
                    new AddressTranslationCheck(),
                    new ForwardFilterCheck(),
                    new MtuCheck(),
                    new BgpSessionCheck(),
                    new BgpRoutesCheck(),
                    new OneWayCheck(),
                    new IntegrityCheck());

    private Doctor() {}

    /** Examines this machine, the file, and the daemon behind the socket. */
    public static List<Finding> examine(Path file, Path controlSocket) {
        try (LinuxKernel kernel = new LinuxKernel()) {
            Patient patient = patient(file, controlSocket, kernel);
            List<Finding> findings = examine(CHECKS, patient);
            patient.config().ifPresent(GatewayConfig::wipeSecrets);
            return findings;
        }
    }

    /** Follows a packet from the site to the destination, step by step. */
    public static List<Finding> walk(Path file, Path controlSocket, InetAddress destination) {
        try (LinuxKernel kernel = new LinuxKernel()) {
            Patient patient = patient(file, controlSocket, kernel);
            List<Finding> findings = examine(PathWalk.steps(destination), patient);
            patient.config().ifPresent(GatewayConfig::wipeSecrets);
            return findings;
        }
    }

    private static Patient patient(Path file, Path controlSocket, Kernel kernel) {
        return new Patient(
                file,
                ConfigLoader.load(file, LoadOptions.ofEnvironment(System.getenv())),
                new Machine(),
                kernel,
                ask(new ControlClient(controlSocket)));
    }

    private static Daemon ask(ControlClient client) {
        ControlReply status = client.ask(new ControlRequest.Status(Format.JSON));
        Daemon daemon =
                new Daemon(
                        status,
                        JsonValue.Word.NOTHING,
                        JsonValue.Word.NOTHING,
                        JsonValue.Word.NOTHING);
        return daemon.answers()
                ? new Daemon(
                        status,
                        JsonValue.parse(status.text()).orElse(JsonValue.Word.NOTHING),
                        parse(client.ask(new ControlRequest.Sa(Format.JSON))),
                        parse(client.ask(new ControlRequest.Routes(Format.JSON))))
                : daemon;
    }

    private static JsonValue parse(ControlReply reply) {
        return JsonValue.parse(reply.text()).orElse(JsonValue.Word.NOTHING);
    }

    static List<Finding> examine(List<Check> checks, Patient patient) {
        List<Finding> findings = new ArrayList<>();
        Set<String> failed = new HashSet<>();
        for (Check check : checks) {
            Result result = examine(check, patient, failed);
            if (result instanceof Result.Fail) {
                failed.add(check.name());
            }
            findings.add(new Finding(check.name(), result));
        }
        return findings;
    }

    private static Result examine(Check check, Patient patient, Set<String> failed) {
        for (String need : check.needs()) {
            if (failed.contains(need)) {
                return new Result.Unknown("waits for " + need);
            }
        }
        try {
            return check.examine(patient);
        } catch (TunIoException | UncheckedIOException e) {
            return new Result.Unknown(String.valueOf(e.getMessage()));
        }
    }
}
