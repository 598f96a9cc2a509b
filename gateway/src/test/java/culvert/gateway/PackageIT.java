package culvert.gateway;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Debian package: what is in it, and that it runs from where it is unpacked. */
class PackageIT {
    /** Built by this very build, which has the modules already. */
    private static final Map<String, String> ENVIRONMENT =
            Map.of("CULVERT_NO_BUILD", "1", "JAVA_HOME", System.getProperty("java.home"));

    @TempDir private static Path built = Path.of("");
    private static Path archive = Path.of("");

    @TempDir private Path directory = Path.of("");

    @BeforeAll
    static void build() {
        archive = build(built);
    }

    private static Path build(Path to, String... options) {
        List<String> command =
                new ArrayList<>(List.of("../systemd/package", "-n", "-o", to.toString()));
        command.addAll(List.of(options));
        HostCommand built = HostCommand.run(command, ENVIRONMENT);
        assertEquals(0, built.exitCode(), built.output());
        return Path.of(built.output().lines().toList().getLast());
    }

    private static String field(String name) {
        return HostCommand.require("dpkg-deb", "-f", archive.toString(), name).strip();
    }

    @Test
    void itsControlFileIsTrue() {
        assertEquals("culvert", field("Package"));
        assertEquals(
                HostCommand.require("dpkg", "--print-architecture").strip(), field("Architecture"));
        assertTrue(field("Version").startsWith("0.1.0"), field("Version"));
        assertFalse(field("Depends").contains("jre"), field("Depends"));
        assertTrue(field("Depends").contains("libssl3"), field("Depends"));
        assertTrue(Integer.parseInt(field("Installed-Size")) > 10_000, field("Installed-Size"));
    }

    @Test
    void everythingHasItsPlaceAndBelongsToRoot() {
        List<String> lines =
                HostCommand.require("dpkg-deb", "-c", archive.toString()).lines().toList();
        for (String line : lines) {
            assertTrue(line.matches("(l.*|[-d]rw[x-]r-[x-]r-[x-]) root/root .*"), line);
        }
        String files =
                lines.stream()
                        .map(line -> line.substring(line.lastIndexOf(" ./") + 2))
                        .filter(path -> !path.endsWith("/"))
                        .collect(Collectors.joining("\n"));
        for (String path :
                List.of(
                        "/usr/bin/culvert",
                        "/usr/lib/culvert/jvm.sh",
                        "/usr/lib/culvert/runtime/bin/java",
                        "/usr/share/doc/culvert/sbom.cdx.json",
                        "/usr/lib/systemd/system/culvert.service",
                        "/usr/lib/sysusers.d/culvert.conf",
                        "/usr/lib/tmpfiles.d/culvert.conf",
                        "/usr/lib/sysctl.d/90-culvert.conf",
                        "/etc/iproute2/rt_protos.d/culvert.conf",
                        "/usr/share/doc/culvert/examples/culvert.yaml",
                        "/usr/share/doc/culvert/monitoring/alerts.yaml",
                        "/usr/share/bash-completion/completions/culvert",
                        "/usr/share/man/man8/culvert.8.gz")) {
            assertTrue((files + "\n").contains(path + "\n"), path + " in\n" + files);
        }
        assertTrue(files.contains("/usr/lib/culvert/modules/culvert-gateway-"), files);
        assertTrue(
                files.lines().noneMatch(f -> f.contains("junit") || f.contains("-tests")), files);
    }

    @Test
    void theSameSourcesGiveTheSamePackage() throws IOException {
        assertArrayEquals(
                Files.readAllBytes(archive), Files.readAllBytes(build(directory.resolve("again"))));
    }

    /** The runtime is linked from that architecture's modules; nothing of it runs here. */
    @Test
    void eachArchitectureHasItsOwnCode() throws IOException {
        assertCode(archive, HostCommand.require("dpkg", "--print-architecture").strip());
        String other = field("Architecture").equals("arm64") ? "amd64" : "arm64";
        assertCode(build(directory.resolve("other"), "-a", other), other);
    }

    private void assertCode(Path archive, String architecture) throws IOException {
        assertEquals(
                architecture,
                HostCommand.require("dpkg-deb", "-f", archive.toString(), "Architecture").strip());
        Path root = Files.createTempDirectory(directory, architecture);
        HostCommand.require("dpkg-deb", "-x", archive.toString(), root.toString());
        Path lib = root.resolve("usr/lib/culvert");
        for (String file : List.of("bin/java", "lib/server/libjvm.so", "lib/libzip.so")) {
            byte[] elf = Files.readAllBytes(lib.resolve("runtime").resolve(file));
            // e_machine of elf(5): EM_X86_64 and EM_AARCH64
            assertEquals(
                    architecture.equals("arm64") ? 183 : 62, Byte.toUnsignedInt(elf[18]), file);
        }
        try (Stream<Path> modules = Files.list(lib.resolve("modules"))) {
            assertEquals(
                    List.of(architecture.equals("arm64") ? "aarch_64" : "x86_64"),
                    modules.map(Path::toString)
                            .filter(name -> name.contains("epoll-") && name.contains("-linux-"))
                            .map(name -> name.replaceAll(".*-linux-(.*)\\.jar", "$1"))
                            .toList());
        }
    }

    @Test
    void itRunsFromWhereItIsUnpackedAndItsExampleIsValid() throws IOException {
        Path root = directory.resolve("root");
        HostCommand.require("dpkg-deb", "-x", archive.toString(), root.toString());
        String launcher = root.resolve("usr/bin/culvert").toString();
        HostCommand version = HostCommand.run(List.of(launcher, "--version"), ENVIRONMENT);
        assertEquals("culvert 0.1.0\n", version.output());
        assertEquals(0, version.exitCode());

        Path example = root.resolve("usr/share/doc/culvert/examples/culvert.yaml");
        HostCommand withoutKeys =
                HostCommand.run(List.of(launcher, "check", "-c", example.toString()), ENVIRONMENT);
        assertEquals(7, withoutKeys.exitCode(), withoutKeys.output());
        Path secrets = Files.createDirectories(example.resolveSibling("secrets"));
        for (String tunnel : List.of("aws-1", "aws-2")) {
            Path key = Files.writeString(secrets.resolve(tunnel + ".psk"), "An.Example_Key_1\n");
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        }
        HostCommand check =
                HostCommand.run(List.of(launcher, "check", "-c", example.toString()), ENVIRONMENT);
        assertEquals(0, check.exitCode(), check.output());
        assertTrue(check.output().contains("ok, 1 connection, 2 tunnels"), check.output());
    }

    @Test
    void itsScriptsParse() {
        Path scripts = directory.resolve("control");
        HostCommand.require("dpkg-deb", "-e", archive.toString(), scripts.toString());
        for (String script : List.of("postinst", "prerm", "postrm")) {
            HostCommand.require("bash", "-n", scripts.resolve(script).toString());
        }
        assertEquals(
                "/etc/iproute2/rt_protos.d/culvert.conf\n",
                HostCommand.require("cat", scripts.resolve("conffiles").toString()));
    }
}
