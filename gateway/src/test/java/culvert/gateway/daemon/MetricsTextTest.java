package culvert.gateway.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.bgp.BgpPeerStatus;
import culvert.bgp.BgpState;
import culvert.bgp.SessionEnds;
import culvert.esp.DropReason;
import culvert.gateway.metrics.BgpPeerSample;
import culvert.gateway.metrics.ParsedExposition;
import culvert.gateway.metrics.ProcessMetrics;
import culvert.gateway.routing.Outage;
import culvert.ike.CertificateStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsTextTest {
    private static final StatusReport.Tunnel UP =
            SampleObservation.tunnel("aws-1", SampleObservation.up(1, 0, 0));
    private static final StatusReport.Tunnel CONNECTING =
            SampleObservation.tunnel("aws-2", SampleObservation.connecting("no \"answer\""));

    private static final List<BgpPeerStatus.Messages> MESSAGES =
            List.of(
                    new BgpPeerStatus.Messages("UPDATE", 12, 5),
                    new BgpPeerStatus.Messages("ROUTE-REFRESH", 0, 0));

    /** Cease, Administrative Shutdown. */
    private static final SessionEnds ENDS =
            new SessionEnds(2, 1, 4, Optional.of(new SessionEnds.Codes(false, 6, 2)));

    private static final Map<String, String> RECEIVED = Map.of("reason", "notification_received");

    private final Tallies tallies = new Tallies();

    private static Map<String, String> with(Map<String, String> labels, Map<String, String> more) {
        Map<String, String> all = new HashMap<>(labels);
        all.putAll(more);
        return all;
    }

    @TempDir private Path directory = Path.of("");

    private String write(Observation now) {
        return MetricsText.write(now, new ProcessMetrics(), new KernelDrops(directory, directory));
    }

    @Test
    void certificatesHaveAnEnd() {
        StatusReport.Tunnel tunnel =
                SampleObservation.tunnel(
                        "aws-1",
                        SampleObservation.certified(
                                SampleObservation.up(1, 0, 0),
                                new CertificateStatus(
                                        CertificateStatus.Whose.OURS,
                                        "CN=gw",
                                        "CN=Root",
                                        1_800_000_000L)));
        Observation now = SampleObservation.of(tallies, tunnel);
        assertEquals(
                1_800_000_000L,
                ParsedExposition.parse(write(now))
                        .value(
                                "culvert_cert_not_after_timestamp_seconds",
                                Map.of("tunnel", "aws-1", "certificate", "ours")));
        String json = StatusJson.write(now.report());
        assertTrue(
                json.contains(
                        "{\"whose\":\"ours\",\"subject\":\"CN=gw\",\"issuer\":\"CN=Root\",\"notAfterUnixSeconds\":1800000000}"),
                json);
    }

    @Test
    void everySeriesIsThereFromTheStart() {
        ParsedExposition page =
                ParsedExposition.parse(write(SampleObservation.of(tallies, UP, CONNECTING)));
        for (String tunnel : List.of("aws-1", "aws-2")) {
            for (DropReason reason : DropReason.values()) {
                page.value(
                        "culvert_esp_dropped_packets_total",
                        Map.of("tunnel", tunnel, "reason", reason.name().toLowerCase(Locale.ROOT)));
            }
            for (String direction : List.of("in", "out")) {
                for (String family :
                        List.of(
                                "culvert_esp_packets_total",
                                "culvert_esp_bytes_total",
                                "culvert_esp_last_packet_timestamp_seconds")) {
                    page.value(family, Map.of("tunnel", tunnel, "direction", direction));
                }
            }
            for (String family :
                    List.of(
                            "culvert_tunnel_state_changes_total",
                            "culvert_ike_retransmits_total",
                            "culvert_child_rekeys_total",
                            "culvert_child_rekey_collisions_total",
                            "culvert_path_mtu_bytes",
                            "culvert_dpd_rtt_seconds_count",
                            "culvert_udp_socket_drops_total")) {
                page.value(family, Map.of("tunnel", tunnel));
            }
            for (String initiator : List.of("us", "peer")) {
                page.value(
                        "culvert_ike_rekeys_total",
                        Map.of("tunnel", tunnel, "initiator", initiator));
            }
            double states = 0;
            for (String state : List.of("up", "connecting", "down")) {
                states +=
                        page.value(
                                "culvert_tunnel_state", Map.of("tunnel", tunnel, "state", state));
            }
            assertEquals(1, states);
        }
        assertFalse(page.types().keySet().stream().anyMatch(name -> name.contains("bgp")));
        for (String name : page.types().keySet()) {
            assertTrue(name.matches("(culvert|process|jvm)_.*"), name);
        }
    }

    @Test
    void valuesAreThoseOfTheReport() {
        tallies.stateChanged("aws-1");
        ParsedExposition page =
                ParsedExposition.parse(write(SampleObservation.of(tallies, UP, CONNECTING)));
        assertEquals(1, page.value("culvert_health", Map.of("state", "degraded")));
        assertEquals(
                1,
                page.value(
                        "culvert_tunnel_up",
                        Map.of(
                                "tunnel",
                                "aws-1",
                                "connection",
                                "aws",
                                "peer",
                                "198.18.0.11",
                                "vpn_id",
                                "vpn-0123456789abcdef0")));
        assertEquals(1, page.value("culvert_tunnel_active", Map.of("tunnel", "aws-1")));
        assertEquals(0, page.value("culvert_tunnel_active", Map.of("tunnel", "aws-2")));
        assertEquals(
                1, page.value("culvert_tunnel_state_changes_total", Map.of("tunnel", "aws-1")));
        assertEquals(7, page.value("culvert_ike_retransmits_total", Map.of("tunnel", "aws-1")));
        assertEquals(
                1_500_000,
                page.value(
                        "culvert_esp_bytes_total", Map.of("tunnel", "aws-1", "direction", "out")));
        assertEquals(
                4,
                page.value(
                        "culvert_esp_dropped_packets_total",
                        Map.of("tunnel", "aws-1", "reason", "replay")));
        assertEquals(
                6,
                page.value(
                        "culvert_dataplane_calls_total",
                        Map.of("tunnel", "aws-1", "call", "udp_send")));
        assertEquals(1, page.value("culvert_config_last_reload_success", Map.of()));
    }

    @Test
    void noSpiAndNoSentenceIsInALabel() {
        String page = write(SampleObservation.of(tallies, UP, CONNECTING));
        assertFalse(page.contains(SampleObservation.SPI_IN), page);
        assertFalse(page.contains("0badcafe"), page);
        assertFalse(page.contains("no \\\"answer"), page);
        assertFalse(page.contains("no \"answer"), page);
    }

    @Test
    void bgpPeersHaveTheirFamilies() {
        BgpPeerSample peer =
                BgpPeerSample.ofTunnel(
                        "aws-1", "169.254.10.1", "established", 3, 2, 1, ENDS, MESSAGES);
        ParsedExposition page =
                ParsedExposition.parse(write(SampleObservation.of(tallies, List.of(peer), UP)));
        Map<String, String> labels = Map.of("tunnel", "aws-1", "peer", "169.254.10.1");
        assertEquals(1, page.value("culvert_bgp_peer_up", labels));
        assertEquals(4, page.value("culvert_bgp_session_resets_total", with(labels, RECEIVED)));
        assertEquals(
                2,
                page.value(
                        "culvert_bgp_session_resets_total",
                        with(labels, Map.of("reason", "connection_lost"))));
        assertEquals(
                1,
                page.value(
                        "culvert_bgp_last_error_info",
                        with(labels, Map.of("code", "6", "subcode", "2", "direction", "in"))));
        assertEquals(12, messages(page, "update", "in"));
        assertEquals(5, messages(page, "update", "out"));
        assertEquals(0, messages(page, "route_refresh", "out"));
        assertEquals(
                2,
                page.value(
                        "culvert_bgp_prefixes",
                        Map.of("tunnel", "aws-1", "peer", "169.254.10.1", "kind", "accepted")));
        assertEquals(
                0,
                page.value(
                        "culvert_bgp_peer_state",
                        Map.of("tunnel", "aws-1", "peer", "169.254.10.1", "state", "idle")));
    }

    private static double messages(ParsedExposition page, String type, String direction) {
        return page.value(
                "culvert_bgp_messages_total",
                Map.of(
                        "tunnel",
                        "aws-1",
                        "peer",
                        "169.254.10.1",
                        "type",
                        type,
                        "direction",
                        direction));
    }

    @Test
    void oneReasonSaysWhatKeepsTrafficFromATunnel() {
        Outage path = new Outage(Outage.Cause.PATH, "no answer");
        Outage link = new Outage(Outage.Cause.OUTSIDE_INTERFACE, "eth0 is down");
        assertDown("", StatusTest.withBgp(UP, BgpState.ESTABLISHED, Optional.empty()));
        assertDown("bgp", StatusTest.withBgp(UP, BgpState.ACTIVE, Optional.empty()));
        assertDown("path", StatusTest.withBgp(UP, BgpState.ESTABLISHED, Optional.of(path)));
        assertDown(
                "outside_interface",
                StatusTest.withBgp(UP, BgpState.ESTABLISHED, Optional.of(link)));
        assertDown(
                "outside_interface",
                StatusTest.withBgp(CONNECTING, BgpState.IDLE, Optional.of(link)));
        assertDown("ike", StatusTest.withBgp(CONNECTING, BgpState.IDLE, Optional.empty()));
        assertDown("stopped", SampleObservation.tunnel("aws-1", SampleObservation.stopped()));
    }

    /** The series of all reasons are there; the one is 1. */
    private void assertDown(String expected, StatusReport.Tunnel tunnel) {
        ParsedExposition page =
                ParsedExposition.parse(write(SampleObservation.of(tallies, tunnel)));
        for (String reason : List.of("stopped", "outside_interface", "ike", "path", "bgp")) {
            assertEquals(
                    reason.equals(expected) ? 1 : 0,
                    page.value(
                            "culvert_tunnel_down_reason",
                            Map.of("tunnel", tunnel.name(), "reason", reason)),
                    reason);
        }
    }

    @Test
    void neighborsHaveALabelOfTheirOwn() {
        BgpPeerSample core =
                BgpPeerSample.ofTunnel(
                                "core-1", "192.168.10.2", "established", 3, 2, 1, ENDS, MESSAGES)
                        .asNeighbor();
        ParsedExposition page =
                ParsedExposition.parse(write(SampleObservation.of(tallies, List.of(core), UP)));
        Map<String, String> labels = Map.of("neighbor", "core-1", "peer", "192.168.10.2");
        assertEquals(1, page.value("culvert_bgp_peer_up", labels));
        assertEquals(4, page.value("culvert_bgp_session_resets_total", with(labels, RECEIVED)));
    }

    @Test
    void dropsOfTheKernelAreFoundByInterfaceAndByPeer() throws IOException {
        Path statistics = Files.createDirectories(directory.resolve("cv0/statistics"));
        Files.writeString(statistics.resolve("tx_dropped"), "17\n");
        // As a machine showed it: the connected socket, the listener, another's socket.
        Files.writeString(
                directory.resolve("udp"),
                """
                  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
                 1234: 010012C6:1194 0B0012C6:1194 01 00000000:00000000 00:00000000 00000000     0        0 4711 2 0000000000000000 5
                 1235: 010012C6:1194 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 4712 2 0000000000000000 9
                 1236: 010012C6:0035 0C0012C6:1194 01 00000000:00000000 00:00000000 00000000     0        0 4713 2 0000000000000000 8
                """);
        // The raw sockets of a tunnel, of a stranger to us, and of ping.
        Files.writeString(
                directory.resolve("raw"),
                """
                  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
                   50: 010012C6:0032 0B0012C6:0000 01 00000000:00000000 00:00000000 00000000     0        0 4715 2 0000000000000000 6
                   50: 010012C6:0032 0C0012C6:0000 01 00000000:00000000 00:00000000 00000000     0        0 4716 2 0000000000000000 7
                    1: 010012C6:0001 0B0012C6:0000 01 00000000:00000000 00:00000000 00000000     0        0 4717 2 0000000000000000 3
                """);
        ParsedExposition page = ParsedExposition.parse(write(SampleObservation.of(tallies, UP)));
        assertEquals(6, page.value("culvert_esp_socket_drops_total", Map.of("tunnel", "aws-1")));
        assertEquals(
                17, page.value("culvert_tun_dropped_packets_total", Map.of("tunnel", "aws-1")));
        assertEquals(5, page.value("culvert_udp_socket_drops_total", Map.of("tunnel", "aws-1")));
    }
}
