package culvert.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** systemd's own tools on the unit and the files beside it. */
class SystemdUnitIT {
    private static final Path SOURCES = Path.of("..", "systemd");

    /** In tenths: 2.0 is systemd's "OK", 9.6 is a unit without any hardening. */
    private static final String MOST_EXPOSURE = "20";

    @TempDir private Path directory = Path.of("");

    @Test
    void theServiceIsHardlyExposed() {
        String report =
                HostCommand.require(
                        "systemd-analyze",
                        "security",
                        "--no-pager",
                        "--offline=true",
                        "--threshold=" + MOST_EXPOSURE,
                        SOURCES.resolve("culvert.service").toString());
        assertTrue(report.contains("Overall exposure level"), report);
    }

    /** systemd ignores what it does not know, with a warning in the journal that nobody reads. */
    @Test
    void everyLineMeansSomethingToSystemd() throws IOException {
        String unit = Files.readString(SOURCES.resolve("culvert.service"));
        Path copy = directory.resolve("culvert.service");
        Files.writeString(copy, unit.replace("/usr/bin/culvert", "/bin/true"));
        HostCommand result =
                HostCommand.run(
                        List.of("systemd-analyze", "verify", "--man=no", copy.toString()),
                        java.util.Map.of());
        assertEquals(
                List.of(),
                result.output().lines().filter(l -> l.contains("culvert.service")).toList());
    }

    @Test
    void userAndDirectoriesAreMadeAsTheirFilesSay() throws IOException {
        Files.createDirectory(directory.resolve("etc"));
        HostCommand.require(
                "systemd-sysusers",
                "--root=" + directory,
                SOURCES.resolve("culvert.sysusers").toRealPath().toString());
        String passwd = Files.readString(directory.resolve("etc/passwd"));
        assertTrue(
                passwd.matches("(?s).*culvert:x:\\d+:\\d+:Culvert IPsec gateway:/:.*nologin\n.*"),
                passwd);
        HostCommand.require(
                "systemd-tmpfiles",
                "--root=" + directory,
                "--create",
                SOURCES.resolve("culvert.tmpfiles").toRealPath().toString());
        for (String made : List.of("etc/culvert", "etc/culvert/secrets")) {
            assertEquals(
                    "750 0 " + gid(passwd),
                    HostCommand.require(
                                    "stat", "-c", "%a %u %g", directory.resolve(made).toString())
                            .strip());
        }
    }

    private static String gid(String passwd) {
        return passwd.lines()
                .filter(line -> line.startsWith("culvert:"))
                .map(line -> line.split(":", -1)[3])
                .findFirst()
                .orElse("");
    }
}
