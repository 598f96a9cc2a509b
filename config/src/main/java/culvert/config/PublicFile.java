package culvert.config;

import static culvert.config.Parsed.bad;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads a file that holds no secret, up to a size. */
final class PublicFile {
    private PublicFile() {}

    static Parsed<byte[]> read(Path path, int largestBytes) {
        String name = "file " + Words.quotePath(path);
        try {
            if (Files.exists(path) && !Files.isRegularFile(path)) {
                return bad(name + " is not a regular file", "write the path of a file");
            }
            try (InputStream in = Files.newInputStream(path)) {
                byte[] octets = in.readNBytes(largestBytes + 1);
                return octets.length > largestBytes
                        ? bad(
                                "%s is larger than %d octets".formatted(name, largestBytes),
                                "write nothing else into it")
                        : Parsed.ok(octets);
            }
        } catch (IOException e) {
            return SecretFile.failure(name, e, "create it, or correct the path");
        }
    }
}
