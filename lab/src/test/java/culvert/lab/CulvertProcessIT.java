package culvert.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Starts a shell script in the launcher's place: what the lab hands to a Culvert, and reads from
 * it.
 */
class CulvertProcessIT {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    @TempDir Path directory;

    @Test
    void handsOverConfigurationKeysAndSocketAndStopsInOrder() throws IOException {
        Launcher launcher =
                script(
                        """
                        case "$1" in
                        run)
                          [ "$2" = -c ] || exit 2
                          config=$(dirname "$3")
                          grep -q "^control-socket: $CULVERT_CONTROL$" "$3" || exit 7
                          cat "$config/secrets/aws-1.psk" > /dev/null || exit 7
                          ip -o -4 address show
                          exec perl -MIO::Socket::UNIX -e '
                            $SIG{TERM} = sub { exit 0 };
                            $socket = IO::Socket::UNIX->new(
                                Local => $ENV{CULVERT_CONTROL}, Listen => 5) or die;
                            while ($asker = $socket->accept) {
                              $request = <$asker>;
                              print $asker $request =~ /^status json/
                                  ? "4\\n{\\"tunnels\\":[{\\"name\\":\\"aws-1\\",\\"state\\":\\"up\\"}]}\\n"
                                  : "0\\nup\\n";
                              close $asker;
                            }' ;;
                        *) echo "no $1" >&2; exit 2 ;;
                        esac
                        """);
        try (Topology topology = Topology.open()) {
            CulvertProcess culvert =
                    CulvertProcess.start(
                            topology,
                            topology.gateway(),
                            GatewaySpec.customer(Endpoint.AWS1),
                            launcher);
            culvert.awaitUp(LIMIT);
            assertTrue(culvert.log().contains(Topology.GATEWAY_OUTSIDE), culvert::log);
            assertTrue(culvert.status().isUp("aws-1"));
            assertEquals(2, culvert.cli("dance").exitCode());
            Path key = culvert.configuration().resolveSibling("secrets/aws-1.psk");
            assertEquals("rw-------", permissions(key));
            assertEquals(Endpoint.AWS1.preSharedKey() + "\n", Files.readString(key));

            CulvertProcess.Stopped stopped = culvert.stop();
            assertEquals(0, stopped.exitCode());
            assertTrue(stopped.took().compareTo(Duration.ofSeconds(1)) < 0, stopped::toString);
            Files.delete(culvert.controlSocket());
            culvert.startAgain();
            culvert.awaitUp(LIMIT);
            culvert.kill();
            assertFalse(culvert.process().isAlive());
        }
    }

    @Test
    void showsTheLogOfADaemonThatDiesOnItsConfiguration() throws IOException {
        Launcher launcher = script("echo 'culvert.yaml:3:7: unknown key'; exit 7\n");
        try (Topology topology = Topology.open();
                CulvertProcess culvert =
                        CulvertProcess.startAws(topology, Endpoint.AWS1, launcher)) {
            LabException failure = assertThrows(LabException.class, () -> culvert.awaitUp(LIMIT));
            assertTrue(failure.getMessage().contains("culvert.yaml:3:7: unknown key"));
        }
    }

    private Launcher script(String body) throws IOException {
        Path script = directory.resolve("culvert");
        Files.writeString(script, "#!/bin/sh\n" + body);
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        return Launcher.script(script);
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
