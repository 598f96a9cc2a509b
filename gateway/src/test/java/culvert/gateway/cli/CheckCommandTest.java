package culvert.gateway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest {
    private static final String CONFIG =
            """
            version: 1
            site: {name: lab, outside-address: 198.18.0.1}
            connections:
              - name: aws
                routing: static
                static-routes: [10.20.0.0/16]
                tunnels:
                  - name: aws-1
                    peer-address: 198.18.0.11
                    pre-shared-key: {credential: aws-1.psk}
                    inside-address: 169.254.10.2/30
            """;

    @TempDir private Path directory = Path.of("");

    private int check(String... options) throws IOException {
        Path file = Files.writeString(directory.resolve("culvert.yaml"), CONFIG);
        String[] arguments = new String[options.length + 3];
        arguments[0] = "check";
        arguments[1] = "-c";
        arguments[2] = file.toString();
        System.arraycopy(options, 0, arguments, 3, options.length);
        return CommandLineInterface.execute(arguments);
    }

    @Test
    void looksForCredentialsWhereItIsTold() throws IOException {
        assertEquals(7, check(), "no credentials directory");
        Path credentials = Files.createDirectory(directory.resolve("credentials"));
        assertEquals(7, check("--credentials", credentials.toString()), "it is not there");
        Path key = Files.writeString(credentials.resolve("aws-1.psk"), "An.Example_Key_1\n");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        assertEquals(0, check("--credentials", credentials.toString()));
    }
}
