package culvert.gateway.support;

import culvert.config.ConfigResult;
import culvert.config.EffectiveConfig;
import culvert.config.LoadOptions;
import culvert.gateway.control.ControlClient;
import culvert.gateway.control.ControlReply;
import culvert.gateway.control.ControlRequest;
import culvert.gateway.control.ControlRequest.Format;
import culvert.gateway.daemon.Version;
import culvert.gateway.doctor.Doctor;
import culvert.gateway.doctor.DoctorReport;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a ticket needs. Whatever cannot be had says why in its file, and the rest is there.
 *
 * <p>No secret can be in it: the daemon tells none, and the effective configuration has the paths
 * of the keys only. The file itself is left out, because somebody may have written a key into it.
 */
public final class SupportArchive {
    private static final Path KERNEL = Path.of("/proc/version");
    private static final Path SYSTEM = Path.of("/etc/os-release");

    private final Path file;
    private final Path controlSocket;

    public SupportArchive(Path file, Path controlSocket) {
        this.file = file;
        this.controlSocket = controlSocket;
    }

    /**
     * Writes the archive.
     *
     * @param directory that all files of the archive are in
     */
    public void write(OutputStream out, String directory, Instant now) throws IOException {
        try (TarGz archive = new TarGz(out, now)) {
            for (Map.Entry<String, String> entry : contents().entrySet()) {
                archive.add(directory + "/" + entry.getKey(), entry.getValue());
            }
        }
    }

    private Map<String, String> contents() throws IOException {
        ControlClient daemon = new ControlClient(controlSocket);
        Map<String, String> contents = new LinkedHashMap<>();
        contents.put("versions.txt", versions());
        contents.put("status.txt", ask(daemon, new ControlRequest.Watch()));
        contents.put("status.json", ask(daemon, new ControlRequest.Status(Format.JSON)));
        contents.put("sa.txt", ask(daemon, new ControlRequest.Sa(Format.TEXT)));
        contents.put("sa.json", ask(daemon, new ControlRequest.Sa(Format.JSON)));
        contents.put("bgp.txt", ask(daemon, new ControlRequest.Bgp(Format.TEXT)));
        contents.put("bgp.json", ask(daemon, new ControlRequest.Bgp(Format.JSON)));
        contents.put("routes.txt", ask(daemon, new ControlRequest.Routes(Format.TEXT)));
        contents.put("routes.json", ask(daemon, new ControlRequest.Routes(Format.JSON)));
        contents.put("events.jsonl", events(daemon));
        contents.put("configuration.yaml", configuration());
        DoctorReport report =
                new DoctorReport(Doctor.examine(file, controlSocket, Optional.empty()));
        contents.put("doctor.txt", report.toText());
        contents.put("doctor.json", report.toJson());
        return contents;
    }

    private static String ask(ControlClient daemon, ControlRequest request) {
        return daemon.ask(request).text();
    }

    private static String events(ControlClient daemon) throws IOException {
        StringBuilder events = new StringBuilder();
        ControlReply end =
                daemon.follow(
                        new ControlRequest.Events(Format.JSON, false),
                        stream ->
                                events.append(
                                        new String(stream.readAllBytes(), StandardCharsets.UTF_8)));
        return events + end.text();
    }

    private String configuration() {
        EffectiveConfig loaded =
                EffectiveConfig.load(file, LoadOptions.ofEnvironment(System.getenv()));
        return switch (loaded.result()) {
            case ConfigResult.Valid(var config, var warnings) -> {
                config.wipeSecrets();
                yield loaded.text().orElse("")
                        + warnings.stream()
                                .map(warning -> "# " + warning + "\n")
                                .collect(Collectors.joining());
            }
            case ConfigResult.Invalid(var problems) ->
                    problems.stream()
                            .map(problem -> "# " + problem + "\n")
                            .collect(Collectors.joining());
        };
    }

    private static String versions() {
        return "culvert %s%njava %s%n%s%n%s%n"
                .formatted(Version.CULVERT, Version.java(), read(KERNEL), read(SYSTEM));
    }

    private static String read(Path path) {
        try {
            return Files.readString(path).strip();
        } catch (IOException e) {
            return path + " cannot be read: " + e.getMessage();
        }
    }
}
