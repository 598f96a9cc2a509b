package culvert.config.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written, with which mode, and what happens to what was there. */
class ImportedFilesTest {
    @TempDir Path directory = Path.of("");

    private ImportedFiles files() {
        return Documents.imported(directory, Documents.text("vgw-bgp.xml"));
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void keepsKeysToTheirOwner() throws IOException {
        Path output = directory.resolve("etc/culvert");
        List<Path> written = files().write(output);

        assertEquals(
                List.of("culvert.yaml", "secrets/aws-1.psk", "secrets/aws-2.psk"),
                written.stream().map(path -> output.relativize(path).toString()).toList());
        assertEquals("rwx------", mode(output.resolve("secrets")));
        assertEquals("rw-------", mode(output.resolve("secrets/aws-1.psk")));
        assertEquals(
                "Uncle.Toby_and7Trim\n", Files.readString(output.resolve("secrets/aws-1.psk")));
        try (Stream<Path> all = Files.walk(output)) {
            assertEquals(5, all.count());
        }
    }

    @Test
    void namesWhatItWouldWriteOver() throws IOException {
        Path output = Files.createDirectory(directory.resolve("o"));
        assertEquals(List.of(), files().existing(output));
        Files.createDirectory(output.resolve("secrets"));
        Files.createSymbolicLink(output.resolve("secrets/aws-2.psk"), Path.of("nowhere"));
        assertEquals(List.of(output.resolve("secrets/aws-2.psk")), files().existing(output));
    }

    @Test
    void replacesALinkAndNotWhatItPointsTo() throws IOException {
        Path output = Files.createDirectory(directory.resolve("o"));
        Path other = Files.writeString(directory.resolve("other"), "other");
        Path lax = output.resolve("secrets/aws-1.psk");
        Files.createDirectory(output.resolve("secrets"));
        Files.writeString(lax, "old");
        Files.setPosixFilePermissions(lax, PosixFilePermissions.fromString("rw-rw-rw-"));
        Files.createSymbolicLink(output.resolve("secrets/aws-2.psk"), other);
        files().write(output);

        assertEquals("other", Files.readString(other));
        assertFalse(Files.isSymbolicLink(output.resolve("secrets/aws-2.psk")));
        assertEquals("rw-------", mode(lax));
    }

    @Test
    void leavesNothingHalfWritten() throws IOException {
        Path output = Files.createDirectory(directory.resolve("o"));
        Files.createDirectories(output.resolve("secrets/aws-2.psk/in the way"));
        assertThrows(IOException.class, () -> files().write(output));

        assertFalse(Files.exists(ImportedFiles.configuration(output)));
        try (Stream<Path> all = Files.walk(output)) {
            assertTrue(all.noneMatch(path -> path.toString().endsWith(".new")));
        }
    }

    @Test
    void wipesTheKeysWhenTold() {
        ImportedFiles files = files();
        files.wipe();
        assertTrue(files.keys().values().stream().allMatch(key -> key.isWiped()));
    }
}
