package culvert.gateway.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.config.ConfigLoader;
import culvert.config.ConfigResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigHashTest {
    private static final String TEXT =
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
                    pre-shared-key: {file: aws-1.psk}
                    inside-address: 169.254.10.2/30
            """;

    @TempDir private Path directory = Path.of("");

    private String hash(String text, String key) throws IOException {
        Path secret = Files.writeString(directory.resolve("aws-1.psk"), key);
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        Path file = Files.writeString(directory.resolve("culvert.yaml"), text);
        return ConfigHash.of(
                assertInstanceOf(ConfigResult.Valid.class, ConfigLoader.load(file)).config());
    }

    @Test
    void dependsOnWhatTheFileMeansAndNotOnHowItIsWrittenOrOnSecrets() throws IOException {
        String hash = hash(TEXT, "An.Example_Key_1");
        assertTrue(hash.matches("[0-9a-f]{16}"), hash);
        assertEquals(hash, hash(TEXT, "An.Example_Key_1"));
        assertEquals(hash, hash(TEXT, "Another.Key_42"));
        assertEquals(
                hash,
                hash(
                        "# a comment\n" + TEXT.replace("[10.20.0.0/16]", "[ 10.20.0.0/16 ]"),
                        "An.Example_Key_1"));
        assertNotEquals(
                hash, hash(TEXT.replace("10.20.0.0/16", "10.21.0.0/16"), "An.Example_Key_1"));
    }
}
