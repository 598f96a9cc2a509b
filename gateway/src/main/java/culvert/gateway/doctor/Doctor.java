package culvert.gateway.doctor;

import culvert.config.ConfigLoader;
import culvert.config.GatewayConfig;
import culvert.config.LoadOptions;
import culvert.gateway.control.ControlClient;
import culvert.gateway.control.ControlReply;
import culvert.gateway.control.ControlRequest;
import culvert.gateway.control.ControlRequest.Format;
import culvert.tunio.TunIoException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
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
                    new PreferenceCheck(),
                    new LifetimesCheck(),
                    new DeadPeerCheck(),
                    new ClockCheck(),
                    new TunAccessCheck(),
                    new OutsideAddressCheck(),
                    new PortsCheck(),
                    new DaemonCheck(),
                    new XfrmCheck(),
                    new PeerNameCheck(),
                    new OutsideRouteCheck(),
                    new SocketDropsCheck(),
                    new ConntrackCheck(),
                    new CloudCheck(),
                    new InitiationCheck(),
                    new PublicAddressCheck(),
                    new PeerAnswersCheck(),
                    new NatTraversalPortCheck(),
                    new FragmentsCheck(),
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

    /**
     * Examines this machine, the file, and the daemon behind the socket.
     *
     * @param publicAddressService asked for our public address; empty: nothing outside is asked
     */
    public static List<Finding> examine(
            Path file, Path controlSocket, Optional<URI> publicAddressService) {
        return examine(CHECKS, file, controlSocket, publicAddressService);
    }

    /** Follows a packet from the site to the destination, step by step. */
    public static List<Finding> walk(Path file, Path controlSocket, InetAddress destination) {
        return examine(PathWalk.steps(destination), file, controlSocket, Optional.empty());
    }

    private static List<Finding> examine(
            List<Check> checks, Path file, Path controlSocket, Optional<URI> publicAddressService) {
        try (LinuxKernel kernel = new LinuxKernel()) {
            Patient patient =
                    new Patient(
                            file,
                            ConfigLoader.load(file, LoadOptions.ofEnvironment(System.getenv())),
                            new Machine(),
                            kernel,
                            ask(new ControlClient(controlSocket)),
                            publicAddressService);
            List<Finding> findings = examine(checks, patient);
            patient.config().ifPresent(GatewayConfig::wipeSecrets);
            return findings;
        }
    }

    private static Daemon ask(ControlClient client) {
        ControlReply status = client.ask(new ControlRequest.Status(Format.JSON));
        Daemon daemon =
                new Daemon(
                        status,
                        JsonValue.Word.NOTHING,
                        JsonValue.Word.NOTHING,
                        JsonValue.Word.NOTHING,
                        List.of());
        return daemon.answers()
                ? new Daemon(
                        status,
                        JsonValue.parse(status.text()).orElse(JsonValue.Word.NOTHING),
                        parse(client.ask(new ControlRequest.Sa(Format.JSON))),
                        parse(client.ask(new ControlRequest.Routes(Format.JSON))),
                        events(client))
                : daemon;
    }

    private static List<JsonValue> events(ControlClient client) {
        List<JsonValue> events = new ArrayList<>();
        try {
            client.follow(
                    new ControlRequest.Events(Format.JSON, false),
                    stream ->
                            new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                                    .lines()
                                    .flatMap(line -> JsonValue.parse(line).stream())
                                    .forEach(events::add));
        } catch (IOException e) {
            // The daemon ended meanwhile: what came of them is told.
        }
        return events;
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
