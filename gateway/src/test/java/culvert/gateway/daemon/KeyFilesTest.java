package culvert.gateway.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.ike.KeyExport;
import culvert.model.EspSuite;
import culvert.model.Spi;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFilesTest {
    private static final Duration LONG = Duration.ofHours(1);

    private final ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor();
    private final List<Boolean> told = new CopyOnWriteArrayList<>();
    @TempDir private Path directory = Path.of("");

    @AfterEach
    void close() {
        loop.shutdownNow();
    }

    private KeyFiles files(Duration period) {
        return new KeyFiles(Optional.of(new KeyExportOrder(directory, period)), loop, told::add);
    }

    private static KeyExport key(int spi) {
        return new KeyExport.EspSa(
                InetAddress.ofLiteral("198.18.0.1"),
                InetAddress.ofLiteral("198.18.0.11"),
                new Spi(spi),
                EspSuite.AES256_GCM16,
                "00112233");
    }

    private List<String> written() throws IOException {
        Path file = directory.resolve(KeyFiles.ESP_FILE);
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    @Test
    void nothingIsWrittenUnlessSomebodyAsks() throws IOException {
        new KeyFiles(Optional.empty(), loop, told::add).append(key(0x1000));
        try (var entries = Files.list(directory)) {
            assertEquals(List.of(), entries.toList());
        }
    }

    @Test
    void onlyTheOwnerReadsThemEvenInAFileThatWasThere() throws IOException {
        Path file = Files.createFile(directory.resolve(KeyFiles.ESP_FILE));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        KeyFiles files = files(LONG);
        files.append(key(0x1000));
        files.append(key(0x2000));
        assertEquals(2, written().size());
        assertTrue(written().getFirst().contains("\"0x00001000\""), written()::toString);
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    @Test
    void endsByItself() throws IOException, InterruptedException, ExecutionException {
        KeyFiles files = files(Duration.ofMillis(1));
        // One thread: what was scheduled for earlier has run.
        loop.schedule(() -> files.append(key(0x1000)), 50, TimeUnit.MILLISECONDS).get();
        assertEquals(List.of(), written());
        assertEquals(List.of(true, false), told);
    }

    @Test
    void unwritableDirectoryHarmsNothing() {
        KeyFiles files =
                new KeyFiles(
                        Optional.of(new KeyExportOrder(directory.resolve("absent"), LONG)),
                        loop,
                        told::add);
        files.append(key(0x1000));
        assertFalse(Files.exists(directory.resolve("absent")));
    }
}
