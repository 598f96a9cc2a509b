package culvert.gateway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFileTest {
    @TempDir private Path directory = Path.of("");

    private static void write(Path file) throws IOException {
        try (OutputStream out = PrivateFile.create(file)) {
            out.write('x');
        }
    }

    @Test
    void replacesAFileThatOthersCouldRead() throws IOException {
        Path file = Files.writeString(directory.resolve("a"), "longer than before");
        write(file);
        assertEquals("x", Files.readString(file));
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    @Test
    void replacesALinkAndNotWhatItLeadsTo() throws IOException {
        Path target = Files.writeString(directory.resolve("target"), "precious");
        Path link = Files.createSymbolicLink(directory.resolve("link"), target);
        write(link);
        assertEquals("precious", Files.readString(target));
        assertTrue(Files.isRegularFile(link, LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void writesToADeviceAsItIs() throws IOException {
        Path device = Path.of("/dev/null");
        write(device);
        assertTrue(Files.exists(device) && !Files.isRegularFile(device));
        assertThrows(IOException.class, () -> write(directory.resolve("none/a")));
    }
}
