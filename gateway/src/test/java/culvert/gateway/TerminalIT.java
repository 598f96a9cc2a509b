package culvert.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.lab.BirdSpec;
import culvert.lab.CommandResult;
import culvert.lab.CulvertProcess;
import culvert.lab.Endpoint;
import culvert.lab.GatewaySpec;
import culvert.lab.Launcher;
import culvert.lab.Topology;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What people see: on a terminal of 80 columns, and through a pipe. */
class TerminalIT {
    private static final int COLUMNS = 80;
    private static final Duration SOON = Duration.ofSeconds(15);
    private static final String ESCAPE = "\033[";

    private static Topology topology;
    private static CulvertProcess gateway;
    private static AwsSide aws;

    @BeforeAll
    static void bringUp() {
        topology = Topology.open();
        aws = AwsSide.start(topology, Topology.VPC_PREFIX, "172.31.0.0/16");
        GatewaySpec spec =
                LabGateway.customer(Endpoint.values())
                        .withBgp(BirdSpec.CUSTOMER_ASN, BirdSpec.AWS_ASN, Topology.LAN_PREFIX)
                        .withConnection("accept", "[10.0.0.0/8]")
                        .withEachTunnel(t -> t.withName("frankfurt-transit-gateway-" + t.name()));
        gateway = LabGateway.start(topology, spec);
        gateway.awaitUp(LabGateway.LIMIT);
    }

    @AfterAll
    static void tearDown() {
        gateway.close();
        aws.close();
        topology.close();
    }

    /** A line for a shell, in which {@code culvert} is the command. */
    private static CommandResult shell(String line) {
        return topology.gateway()
                .attempt(
                        List.of(
                                "sh",
                                "-c",
                                "export CULVERT_CONTROL=%s; %s"
                                        .formatted(
                                                gateway.controlSocket(),
                                                line.replace(
                                                        "culvert",
                                                        String.join(
                                                                " ",
                                                                Launcher.ofSystem().command())))),
                        SOON);
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "sa", "bgp", "routes", "reload --dry-run", "--help"})
    void noLineIsWiderThanATerminal(String command) {
        CommandResult result = gateway.cli(command.split(" ", -1));
        assertEquals(0, result.exitCode(), result::toString);
        assertFalse(result.stdout().isBlank());
        assertTrue(
                result.stdout().lines().allMatch(line -> line.length() <= COLUMNS), result::stdout);
    }

    @Test
    void whatHasNoRoomIsBelowWithItsHeading() {
        String routes = gateway.cli("routes").stdout();
        assertTrue(routes.contains("as path 64512"), routes);
        assertTrue(routes.contains("reason "), routes);
    }

    @Test
    void coloursAreForTerminalsOnlyAndForThoseWhoWantThem() {
        assertFalse(shell("culvert status").stdout().contains(ESCAPE));
        String terminal = shell("TERM=xterm script -qec 'culvert status' /dev/null").stdout();
        assertTrue(terminal.contains(ESCAPE) && terminal.contains("2 of 2"), terminal);
        String without =
                shell("NO_COLOR=1 TERM=xterm script -qec 'culvert status' /dev/null").stdout();
        assertFalse(without.contains(ESCAPE) || !without.contains("2 of 2"), without);
    }

    @ParameterizedTest
    @ValueSource(strings = {"status --watch", "events -f"})
    void whatGoesOnEndsWhenNobodyReads(String command) {
        long startNanos = System.nanoTime();
        // Events come while it is read, or it would wait for the first one that nobody reads.
        CommandResult result =
                shell(
                        "(sleep 2; culvert rekey frankfurt-transit-gateway-aws-1;"
                                + " sleep 1; culvert rekey frankfurt-transit-gateway-aws-2) >&2 &"
                                + " culvert "
                                + command
                                + " | head -n 1");
        assertEquals(1, result.stdout().lines().count(), result::toString);
        assertTrue(
                Duration.ofNanos(System.nanoTime() - startNanos).compareTo(SOON) < 0,
                result::toString);
    }
}
