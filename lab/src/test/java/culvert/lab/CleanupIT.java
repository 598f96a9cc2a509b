package culvert.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CleanupIT {
    private static final String ID = "labit3";
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @TempDir Path directory;

    @Test
    void isGoneWhenItsJvmIsAskedToEnd() {
        LabProcess jvm = hold();
        assertTrue(namespaces() > 0);
        jvm.terminate();
        assertEquals(128 + 15, jvm.awaitExit(LIMIT));
        assertEquals(0, namespaces());
    }

    @Test
    void isGoneWhenTheNextLabOpensAfterItsJvmWasKilled() {
        LabProcess jvm = hold();
        jvm.kill();
        assertTrue(namespaces() > 0);
        // Any other lab cleans up, not only one of the same id.
        try (Topology other = Topology.open()) {
            assertFalse(other.id().equals(ID));
            assertEquals(0, namespaces());
        }
    }

    private LabProcess hold() {
        String classPath = location(Topology.class) + ":" + location(HeldLab.class);
        LabProcess jvm =
                LabProcess.start(
                        "held lab",
                        List.of(
                                Launcher.javaExecutable(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                classPath,
                                HeldLab.class.getName(),
                                ID),
                        Map.of(),
                        directory.resolve("held.log"));
        jvm.awaitLine("held " + ID, LIMIT);
        return jvm;
    }

    private static long namespaces() {
        return Command.run("ip netns list")
                .lines()
                .filter(line -> line.startsWith("culvert-" + ID + "-"))
                .count();
    }

    private static Path location(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
