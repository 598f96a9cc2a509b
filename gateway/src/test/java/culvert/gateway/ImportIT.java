package culvert.gateway;

import static culvert.gateway.LabGateway.LIMIT;
import static culvert.gateway.LabGateway.assertPings;
import static culvert.gateway.LabGateway.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.lab.Bird;
import culvert.lab.BirdSpec;
import culvert.lab.CommandResult;
import culvert.lab.Endpoint;
import culvert.lab.LabProcess;
import culvert.lab.Launcher;
import culvert.lab.StrongSwanEndpoint;
import culvert.lab.StrongSwanSpec;
import culvert.lab.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * From the file that AWS hands out to a running pair of tunnels in three commands, as README.md has
 * them: import, fill in the marked line, run. The document's outside addresses are those of the
 * lab's endpoints, which are strongSwan and BIRD as AWS configures its side.
 */
class ImportIT {
    /** The daemon's usual control socket, in a directory that it shares with no other daemon. */
    private static final String WITH_A_RUN_DIRECTORY =
            "mkdir -p /run/culvert && mount -t tmpfs none /run/culvert && exec \"$0\" \"$@\"";

    private static final String BGP = "      <bgp><asn>%d</asn><hold_time>30</hold_time></bgp>\n";

    @TempDir private Path directory = Path.of("");

    private static String inside(String address) {
        return """
                  <tunnel_inside_address>
                    <ip_address>%s</ip_address>
                    <network_mask>255.255.255.252</network_mask>
                    <network_cidr>30</network_cidr>
                  </tunnel_inside_address>
            """
                .formatted(address);
    }

    private static String phases(String preSharedKey) {
        return """
                <ike>
                  <authentication_protocol>sha1</authentication_protocol>
                  <encryption_protocol>aes-128-cbc</encryption_protocol>
                  <lifetime>28800</lifetime>
                  <perfect_forward_secrecy>group2</perfect_forward_secrecy>
                  <mode>main</mode>
                  <pre_shared_key>%s</pre_shared_key>
                </ike>
                <ipsec>
                  <protocol>esp</protocol>
                  <authentication_protocol>hmac-sha1-96</authentication_protocol>
                  <encryption_protocol>aes-128-cbc</encryption_protocol>
                  <lifetime>3600</lifetime>
                  <perfect_forward_secrecy>group2</perfect_forward_secrecy>
                  <mode>tunnel</mode>
                </ipsec>
            """
                .formatted(preSharedKey);
    }

    private static String end(String outside, String inside, String bgp) {
        return "      <tunnel_outside_address><ip_address>%s</ip_address></tunnel_outside_address>\n"
                        .formatted(outside)
                + inside(inside)
                + bgp;
    }

    private static String document(boolean bgp) {
        StringBuilder xml =
                new StringBuilder(
                        """
                        <?xml version="1.0" encoding="UTF-8"?>
                        <vpn_connection id="vpn-0123456789abcdef0">
                          <customer_gateway_id>cgw-0123456789abcdef0</customer_gateway_id>
                          <vpn_gateway_id>vgw-0123456789abcdef0</vpn_gateway_id>
                          <vpn_connection_type>ipsec.1</vpn_connection_type>
                        """);
        if (!bgp) {
            xml.append(
                    "  <vpn_connection_attributes>NoBGPVPNConnection</vpn_connection_attributes>\n");
        }
        for (Endpoint endpoint : Endpoint.values()) {
            xml.append("  <ipsec_tunnel>\n    <customer_gateway>\n")
                    .append(
                            end(
                                    Topology.GATEWAY_OUTSIDE,
                                    endpoint.customerInsideAddress(),
                                    bgp ? BGP.formatted(BirdSpec.CUSTOMER_ASN) : ""))
                    .append("    </customer_gateway>\n    <vpn_gateway>\n")
                    .append(
                            end(
                                    endpoint.outsideAddress(),
                                    endpoint.insideAddress(),
                                    bgp ? BGP.formatted(BirdSpec.AWS_ASN) : ""))
                    .append("    </vpn_gateway>\n")
                    .append(phases(endpoint.preSharedKey()))
                    .append("  </ipsec_tunnel>\n");
        }
        return xml.append("</vpn_connection>\n").toString();
    }

    private static CommandResult culvert(Topology topology, String... arguments) {
        return topology.gateway().attempt(Launcher.ofSystem().with(arguments), LIMIT);
    }

    /** In the daemon's mount namespace, where the socket is at its usual place. */
    private static CommandResult status(Topology topology, LabProcess daemon) {
        List<String> command =
                new ArrayList<>(List.of("nsenter", "--mount", "-t", Long.toString(daemon.pid())));
        command.addAll(Launcher.ofSystem().with("status"));
        return topology.gateway().attempt(command, LIMIT);
    }

    private void assertThreeCommandsDo(
            Topology topology, boolean bgp, String place, String edit, String fine)
            throws IOException {
        Path xml = Files.writeString(directory.resolve("vpn.xml"), document(bgp));
        String configuration = directory.resolve("etc/culvert.yaml").toString();

        CommandResult imported =
                culvert(
                        topology,
                        "import",
                        "aws",
                        xml.toString(),
                        "-o",
                        directory.resolve("etc").toString());
        assertEquals(0, imported.exitCode(), imported::toString);
        assertTrue(imported.stdout().contains(configuration + place), imported::toString);
        assertEquals(7, culvert(topology, "check", "-c", configuration).exitCode());

        topology.gateway().exec("sed -i", "s|FILL-IN\\]|" + edit + "]|", configuration);
        CommandResult check = culvert(topology, "check", "-c", configuration);
        assertEquals("%s: ok, 1 connection, 2 tunnels\n".formatted(configuration), check.stdout());

        List<String> run =
                new ArrayList<>(List.of("unshare", "--mount", "sh", "-c", WITH_A_RUN_DIRECTORY));
        run.addAll(Launcher.ofSystem().with("run", "-c", configuration));
        LabProcess daemon = topology.gateway().start("culvert", run, Map.of());
        topology.routeVpcVia(Endpoint.AWS1);
        await("both tunnels are up", daemon::log, () -> status(topology, daemon).exitCode() == 0);
        String status = status(topology, daemon).stdout();
        assertTrue(status.startsWith(fine), status);
        assertTrue(status.contains("aes256gcm16-prfsha384-ecp384"), "AWS's minimum: " + status);
        if (!bgp) {
            // Nobody has sent anything yet, so nothing can have been dropped.
            assertEquals(3, status.split("drops {4}none", -1).length, status);
        }
        assertPings(topology);
        daemon.terminate();
        assertEquals(0, daemon.awaitExit(LIMIT), daemon::log);
    }

    @Test
    void tunnelsWithBgp() throws IOException {
        try (Topology topology = Topology.open()) {
            for (Endpoint endpoint : Endpoint.values()) {
                StrongSwanEndpoint.start(
                        topology,
                        topology.endpoint(endpoint),
                        StrongSwanSpec.aws(endpoint).withoutRoutes());
                Bird.start(
                        topology,
                        topology.endpoint(endpoint),
                        BirdSpec.aws(endpoint, Topology.VPC_PREFIX));
            }
            assertThreeCommandsDo(
                    topology,
                    true,
                    ":14:15: advertise is still to be filled in",
                    Topology.LAN_PREFIX,
                    "ok: 2 of 2 tunnels up, BGP 2 of 2, 1 route via aws-");
        }
    }

    @Test
    void tunnelsWithStaticRoutes() throws IOException {
        try (Topology topology = Topology.open()) {
            for (Endpoint endpoint : Endpoint.values()) {
                StrongSwanEndpoint.startAws(topology, endpoint);
            }
            assertThreeCommandsDo(
                    topology,
                    false,
                    ":18:21: static-routes is still to be filled in",
                    Topology.VPC_PREFIX,
                    "ok: 2 of 2 tunnels up, 1 route via aws-1");
        }
    }
}
