package culvert.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.lab.CommandResult;
import culvert.lab.CulvertProcess;
import culvert.lab.EchoReport;
import culvert.lab.Endpoint;
import culvert.lab.Probes;
import culvert.lab.StrongSwanEndpoint;
import culvert.lab.Topology;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Clients of the control socket that mean no good, while packets travel. */
class ControlClientsIT {
    private static final int TEN_MEGABYTES = 10 << 20;

    private static Topology topology;
    private static CulvertProcess gateway;

    @BeforeAll
    static void bringUp() {
        topology = Topology.open();
        StrongSwanEndpoint.startAws(topology, Endpoint.AWS1);
        Probes.echoServer(topology.vpc());
        gateway = LabGateway.start(topology, LabGateway.customer(Endpoint.AWS1));
        gateway.awaitUp(LabGateway.LIMIT);
        topology.routeVpcVia(Endpoint.AWS1);
    }

    @AfterAll
    static void tearDown() {
        gateway.close();
        topology.close();
    }

    private static SocketChannel connect() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(gateway.controlSocket()));
        return channel;
    }

    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void thoseThatNeverReadOrSendTenMegabytesCostNoPacketAndNoAnswer() throws IOException {
        Probes.EchoRun echo =
                Probes.echo(topology.lan(), Topology.VPC_HOST, Duration.ofSeconds(6))
                        .awaitFirstAnswer();
        List<SocketChannel> silent = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            SocketChannel channel = connect();
            channel.write(text(i % 2 == 0 ? "follow json\n" : "status json\n"));
            silent.add(channel);
        }
        try (SocketChannel talkative = connect()) {
            ByteBuffer much = ByteBuffer.allocate(TEN_MEGABYTES);
            try {
                while (much.hasRemaining()) {
                    talkative.write(much);
                }
            } catch (IOException refused) {
                // It is closed before it has said all.
                assertTrue(much.hasRemaining());
            }
        }
        for (int i = 0; i < 20; i++) {
            assertTrue(gateway.ask("rekey-child aws-1").startsWith("0"), gateway::log);
            assertTrue(gateway.cli("status").stdout().startsWith("ok: 1 of 1"), gateway::log);
        }
        for (SocketChannel channel : silent) {
            channel.close();
        }
        EchoReport report = echo.report();
        assertEquals(0, report.lost(), () -> report + gateway.log());
    }

    /** The class path may lie where only root can read it, so this user asks by Perl. */
    private static final String ASK =
            "use IO::Socket::UNIX; my $s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die \"$!\\n"
                    + "\"; print $s \"down aws-1\\n"
                    + "\"; $s->flush; print <$s>;";

    private static CommandResult askAsNobody() {
        return topology.gateway()
                .attempt(
                        List.of(
                                "unshare",
                                "--mount",
                                "sh",
                                "-c",
                                "mount --bind \"$0\" /mnt && exec setpriv --reuid=65534"
                                        + " --regid=65534 --clear-groups perl -e \"$1\""
                                        + " /mnt/control.sock",
                                gateway.controlSocket().resolveSibling("").toString(),
                                ASK),
                        LabGateway.LIMIT);
    }

    @Test
    void anotherUserIsRefusedByTheFileAndBehindItByTheDaemon() throws IOException {
        CommandResult atTheFile = askAsNobody();
        assertTrue(atTheFile.stderr().contains("Permission denied"), atTheFile::toString);
        Files.setPosixFilePermissions(
                gateway.controlSocket(), PosixFilePermissions.fromString("rw-rw-rw-"));
        CommandResult atTheDaemon = askAsNobody();
        assertTrue(atTheDaemon.stdout().startsWith("6\nonly root"), atTheDaemon::toString);
        assertTrue(gateway.log().contains("control connection of uid 65534"), gateway::log);
        assertTrue(gateway.cli("status").stdout().startsWith("ok: 1 of 1"), gateway::log);
    }
}
