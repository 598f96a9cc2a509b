package culvert.gateway.support;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupportArchiveTest {
    private static final String KEY = "unguessable.key_42";

    @TempDir private Path directory = Path.of("");

    private static String unzipped(byte[] archive) throws IOException {
        return new String(
                new GZIPInputStream(new ByteArrayInputStream(archive)).readAllBytes(),
                StandardCharsets.UTF_8);
    }

    @Test
    void tarReadsWhatIsWritten() throws IOException, InterruptedException {
        Path file = directory.resolve("a.tar.gz");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarGz tar = new TarGz(out, Instant.ofEpochSecond(1_700_000_000))) {
            tar.add("d/one.txt", "one\n");
            tar.add("d/empty.txt", "");
            tar.add("d/block.txt", "x".repeat(512));
        }
        Files.write(file, out.toByteArray());
        Process list =
                new ProcessBuilder("tar", "--utc", "-tvzf", file.toString())
                        .redirectErrorStream(true)
                        .start();
        String listed = new String(list.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, list.waitFor(), listed);
        assertTrue(listed.contains("4 2023-11-14 22:13 d/one.txt"), listed);
        assertTrue(listed.contains("512 2023-11-14 22:13 d/block.txt"), listed);
    }

    @Test
    void holdsNoKeyEvenWhenOneWasWrittenIntoTheFile() throws IOException {
        Path secrets = Files.createDirectory(directory.resolve("secrets"));
        Path key = Files.writeString(secrets.resolve("aws-1.psk"), KEY + "\n");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        for (String reference : new String[] {"{file: secrets/aws-1.psk}", KEY}) {
            Path file =
                    Files.writeString(
                            directory.resolve("culvert.yaml"),
                            """
                            version: 1
                            site: {name: here, outside-address: 198.18.0.1}
                            connections:
                              - name: aws
                                routing: static
                                static-routes: [10.20.0.0/16]
                                tunnels:
                                  - name: aws-1
                                    peer-address: 198.18.0.11
                                    pre-shared-key: %s
                                    inside-address: 169.254.10.2/30
                            """
                                    .formatted(reference));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            new SupportArchive(file, directory.resolve("none.sock"))
                    .write(out, "culvert-support", Instant.EPOCH);
            String text = unzipped(out.toByteArray());
            assertFalse(text.contains(KEY), text);
            assertTrue(text.contains("culvert-support/doctor.json"), text);
            assertTrue(text.contains("no daemon"), "what cannot be had says why");
        }
    }
}
