package culvert.gateway.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.bgp.BgpPeerStatus;
import culvert.bgp.BgpState;
import culvert.bgp.SessionEnds;
import culvert.esp.DropReason;
import culvert.esp.OffloadState;
import culvert.esp.TrafficCounters;
import culvert.gateway.control.ExitCode;
import culvert.gateway.routing.Outage;
import culvert.ike.ChildSaStatus;
import culvert.ike.IkeEndpoint;
import culvert.ike.IkeSaStatus;
import culvert.ike.IkeTunnelStatus;
import culvert.ike.TunnelState;
import culvert.ike.message.IkeSpi;
import culvert.lab.CulvertStatus;
import culvert.model.Encapsulation;
import culvert.model.EspSuite;
import culvert.model.Offload;
import culvert.model.Spi;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusTest {
    private static final StatusReport.Tunnel UP = tunnel("aws-1", "cv0", TunnelState.UP);
    private static final StatusReport.Tunnel CONNECTING =
            tunnel("aws-2", "cv1", TunnelState.CONNECTING);

    private static StatusReport report(StatusReport.Tunnel... tunnels) {
        return new StatusReport(
                75,
                List.of(tunnels),
                List.of(),
                2,
                Optional.of("aws-1").filter(active -> tunnels[0].name().equals(active)),
                new IkeEndpoint(List.of(), new SecureRandom()).counters(),
                3,
                ConfigState.initial(Path.of("culvert.yaml")));
    }

    private static StatusReport.Tunnel tunnel(String name, String device, TunnelState state) {
        boolean up = state == TunnelState.UP;
        IkeTunnelStatus ike =
                new IkeTunnelStatus(
                        state,
                        up ? Optional.empty() : Optional.of("198.18.0.12 does not answer"),
                        new InetSocketAddress(InetAddress.ofLiteral("198.18.0.1"), 4500),
                        new InetSocketAddress(InetAddress.ofLiteral("198.18.0.11"), 4500),
                        false,
                        Encapsulation.UDP,
                        up
                                ? Optional.of(
                                        new IkeSaStatus(
                                                "aes256gcm16-prfsha384-ecp384",
                                                "initiator",
                                                false,
                                                11,
                                                24_000,
                                                0,
                                                new IkeSpi(1),
                                                new IkeSpi(2)))
                                : Optional.empty(),
                        up
                                ? Optional.of(
                                        new ChildSaStatus(
                                                EspSuite.AES256_GCM16,
                                                new Spi(0xc1a2b3c4),
                                                new Spi(0x0badcafe),
                                                11,
                                                3000,
                                                1,
                                                List.of(),
                                                List.of()))
                                : Optional.empty(),
                        OptionalLong.empty(),
                        3,
                        0);
        TrafficCounters traffic =
                new TrafficCounters(1, 84, 2, 1_500_000, 1, 1, 1, 1, Map.of(DropReason.REPLAY, 4L));
        return new StatusReport.Tunnel(name, "aws", device, 1438, ike, traffic);
    }

    @Test
    void jsonHasEveryFieldOfTheSchema() {
        CulvertStatus json = CulvertStatus.parse(StatusJson.write(report(UP, CONNECTING)));
        assertEquals(Optional.of("culvert.status/1"), json.text("schema"));
        assertEquals("degraded", json.state());
        assertEquals(75, json.number("uptimeSeconds"));
        assertEquals(2, json.number("routes", "installed"));
        assertEquals(Optional.of("aws-1"), json.text("routes", "active"));
        assertEquals(
                "name connection interface state peerAddress localAddress natDetected encapsulation mtu ike esp traffic",
                Stream.of(
                                "name",
                                "connection",
                                "interface",
                                "state",
                                "reason",
                                "peerAddress",
                                "localAddress",
                                "natDetected",
                                "encapsulation",
                                "mtu",
                                "ike",
                                "esp",
                                "traffic",
                                "bgp")
                        .filter(field -> json.text("tunnels", "aws-1", field).isPresent())
                        .collect(Collectors.joining(" ")),
                "all but those that are null");
        assertEquals(1500, json.number("tunnels", "aws-1", "path", "mtu"));
        assertEquals(0, json.number("tunnels", "aws-1", "path", "icmpErrors"));
        assertEquals(Optional.of("c1a2b3c4"), json.text("tunnels", "aws-1", "esp", "spiIn"));
        assertEquals(Optional.of("0badcafe"), json.text("tunnels", "aws-1", "esp", "spiOut"));
        assertEquals(24_000, json.number("tunnels", "aws-1", "ike", "rekeySeconds"));
        assertEquals(1_500_000, json.number("tunnels", "aws-1", "traffic", "bytesOut"));
        assertEquals(4, json.number("tunnels", "aws-1", "traffic", "drops", "replay"));
        assertEquals(Optional.of("0"), json.text("tunnels", "aws-1", "traffic", "drops", "noSa"));
    }

    @Test
    void jsonHasNullsWhileConnecting() {
        String text = StatusJson.write(report(CONNECTING));
        assertTrue(text.contains("\"ike\":null,\"esp\":null"), text);
        assertTrue(text.contains("\"bgp\":null"), text);
        assertEquals(
                Optional.of("198.18.0.12 does not answer"),
                CulvertStatus.parse(text).text("tunnels", "aws-2", "reason"));
    }

    private static String text(IkeTunnelStatus ike) {
        return StatusText.write(named(ike), Map.of(), NEVER);
    }

    private static StatusReport named(IkeTunnelStatus ike) {
        return report(
                new StatusReport.Tunnel("aws-1", "aws", "cv0", 1438, ike, CONNECTING.traffic()));
    }

    @Test
    void aPeerWithANameIsShownWithItsAddress() {
        IkeTunnelStatus known = SampleObservation.named("vpn.example.com", true);
        assertTrue(text(known).contains("aws-1  connecting  vpn.example.com (198.18.0.11)  cv0"));
        CulvertStatus json = CulvertStatus.parse(StatusJson.write(named(known)));
        assertEquals(Optional.of("vpn.example.com"), json.text("tunnels", "aws-1", "peerName"));
        assertEquals(Optional.of("198.18.0.11"), json.text("tunnels", "aws-1", "peerAddress"));

        IkeTunnelStatus unknown = SampleObservation.named("vpn.example.com", false);
        assertTrue(text(unknown).contains("vpn.example.com (address not known)  cv0"));
        String written = StatusJson.write(named(unknown));
        assertTrue(
                written.contains("\"peerName\":\"vpn.example.com\",\"peerAddress\":null"), written);
        assertTrue(StatusJson.write(report(UP)).contains("\"peerName\":null,"));
    }

    private static final LastLook.Since NEVER = new LastLook.Since(OptionalLong.empty(), Map.of());

    @Test
    void textAnswersInItsFirstLineAndHasABlockForEachTunnel() {
        Map<String, TunnelActivity> activity =
                Map.of(
                        "aws-1",
                        new TunnelActivity(
                                new TrafficRate.Rates(1, 1200, 2, 0),
                                OptionalLong.of(3),
                                OptionalLong.empty()));
        LastLook.Since since =
                new LastLook.Since(
                        OptionalLong.of(300), Map.of("aws-1", Map.of(DropReason.REPLAY, 2L)));
        StatusReport.Tunnel established = withBgp(UP, BgpState.ESTABLISHED, Optional.empty());
        assertEquals(
                """
                degraded: 1 of 2 tunnels up, BGP 1 of 1, 2 routes via aws-1, running for 1m15s

                aws-1  up for 11s  198.18.0.11  cv0
                  ike      aes256gcm16-prfsha384-ecp384, initiator, rekey in 6h40m
                  esp      aes256gcm16, rekey in 50m0s, in UDP, no NAT, MTU 1438
                  data     path MTU 1500, offloads none
                  in       84B in 1 packets, 1.2kB/s, last 3s ago
                  out      1.5MB in 2 packets, 0B/s, none yet
                  bgp      Established for 1h1m, 3 received, 2 accepted, 1 advertised
                  drops    replay 2 since the last look 5m0s ago, 4 in all

                aws-2  connecting  198.18.0.11  cv1
                  why      198.18.0.12 does not answer
                  data     path MTU 1500, offloads none
                  in       84B in 1 packets, 0B/s, none yet
                  out      1.5MB in 2 packets, 0B/s, none yet
                  drops    none since the last look 5m0s ago, 4 in all
                """,
                StatusText.write(report(established, CONNECTING), activity, since));
    }

    @Test
    void textFitsEightyColumnsWhateverThePeerSays() {
        StatusReport.Tunnel talkative =
                withBgp(UP, BgpState.ACTIVE, path("word \033[31m".repeat(40)));
        String text = StatusText.write(report(talkative), Map.of(), NEVER);
        assertFitsTerminal(text);
        assertFalse(text.contains("\033"), "a peer's words do not paint");
    }

    private static void assertFitsTerminal(String text) {
        assertTrue(text.lines().allMatch(line -> line.length() <= 80), text);
    }

    @Test
    void headingsFitEightyColumnsWhateverTheFileSays() {
        String longest = "t".repeat(63);
        StringBuilder text = new StringBuilder();
        Paragraph.heading(
                text, longest, "up for 300d23h", "2001:db8:1111:2222:3333:4444:5555:6666", "cv0");
        assertFitsTerminal(text.toString());
        assertEquals(
                longest + "  up for 300d23h\n" + "  2001:db8:1111:2222:3333:4444:5555:6666  cv0\n",
                text.toString());
    }

    @Test
    void theFirstLookTellsAllDropsAndTheNextOnlyNewOnes() {
        LastLook look = new LastLook();
        assertEquals(Map.of(DropReason.REPLAY, 4L), look.compare(report(UP), 0).of("aws-1"));
        look.look(report(UP), 0);
        LastLook.Since since = look.compare(report(UP), 2_000_000_000L);
        assertEquals(Map.of(), since.of("aws-1"));
        assertEquals(OptionalLong.of(2), since.seconds());
    }

    @Test
    void ratesAreOfTheLastSeconds() {
        TrafficRate rate = new TrafficRate();
        for (int second = 0; second < 30; second++) {
            rate.sample(
                    new TrafficCounters(
                            second, 10L * second, 0, second < 20 ? 0 : 100, 0, 0, 0, 0, Map.of()),
                    second * 1_000_000_000L);
        }
        assertEquals(new TrafficRate.Rates(1, 10, 0, 10), rate.rates());
        assertEquals(new TrafficRate.Rates(0, 0, 0, 0), new TrafficRate().rates());
    }

    @Test
    void tellsHowEachOffloadStandsAndWhy() {
        Map<Offload, OffloadState> offloads = new EnumMap<>(Offload.class);
        for (Offload offload : Offload.values()) {
            offloads.put(offload, new OffloadState(true, ""));
        }
        offloads.put(Offload.USO, new OffloadState(false, OffloadState.NOT_IN_KERNEL));
        offloads.put(Offload.GSO, new OffloadState(false, "EIO (input/output error)"));
        StatusReport.Tunnel tunnel =
                new StatusReport.Tunnel(
                        UP.name(),
                        UP.connection(),
                        UP.interfaceName(),
                        UP.mtuBytes(),
                        UP.ike(),
                        UP.traffic(),
                        offloads,
                        UP.path(),
                        UP.insidePeer(),
                        UP.bgp(),
                        UP.outage(),
                        List.of());
        assertEquals(
                "path MTU 1500, offloads tso gro coalesce-tcp coalesce-udp"
                        + "; uso off (not in this kernel); gso off (EIO (input/output error))",
                DataplaneText.write(tunnel));
        CulvertStatus json = CulvertStatus.parse(StatusJson.write(report(tunnel)));
        assertEquals(
                Optional.of("true"),
                json.text("tunnels", "aws-1", "offloads", "coalesceTcp", "on"));
        assertEquals(Optional.of("false"), json.text("tunnels", "aws-1", "offloads", "gso", "on"));
        assertEquals(
                Optional.of("EIO (input/output error)"),
                json.text("tunnels", "aws-1", "offloads", "gso", "reason"));
        assertEquals(Optional.empty(), json.text("tunnels", "aws-1", "offloads", "tso", "reason"));
    }

    private static Optional<Outage> path(String text) {
        return Optional.of(new Outage(Outage.Cause.PATH, text));
    }

    static StatusReport.Tunnel withBgp(
            StatusReport.Tunnel tunnel, BgpState state, Optional<Outage> outage) {
        boolean up = state == BgpState.ESTABLISHED;
        BgpPeerStatus bgp =
                new BgpPeerStatus(
                        tunnel.name(),
                        state,
                        "connection refused",
                        64_512,
                        up ? OptionalInt.of(30) : OptionalInt.empty(),
                        List.of(),
                        3,
                        2,
                        0,
                        1,
                        0,
                        "",
                        up ? OptionalLong.of(3_660_000_000_000L) : OptionalLong.empty(),
                        1,
                        0,
                        SessionEnds.NONE,
                        List.of());
        return new StatusReport.Tunnel(
                tunnel.name(),
                tunnel.connection(),
                tunnel.interfaceName(),
                tunnel.mtuBytes(),
                tunnel.ike(),
                tunnel.traffic(),
                tunnel.offloads(),
                tunnel.path(),
                InetAddress.ofLiteral("169.254.10.1"),
                Optional.of(bgp),
                outage,
                List.of());
    }

    @Test
    void aTunnelIsUpOnlyWithItsBgpSession() {
        StatusReport.Tunnel waiting = withBgp(UP, BgpState.ACTIVE, Optional.empty());
        assertEquals(TunnelState.CONNECTING, waiting.state());
        assertEquals(Optional.of("BGP Active: connection refused"), waiting.reason());
        assertEquals(ExitCode.DOWN, report(waiting).health().exitCode());

        StatusReport.Tunnel established = withBgp(UP, BgpState.ESTABLISHED, Optional.empty());
        assertEquals(ExitCode.OK, report(established).health().exitCode());
        CulvertStatus json = CulvertStatus.parse(StatusJson.write(report(established)));
        assertEquals(Optional.of("established"), json.text("tunnels", "aws-1", "bgp", "state"));
        assertEquals(Optional.of("169.254.10.1"), json.text("tunnels", "aws-1", "bgp", "peer"));
        assertEquals(30, json.number("tunnels", "aws-1", "bgp", "holdSeconds"));
        assertEquals(3, json.number("tunnels", "aws-1", "bgp", "received"));
        assertEquals(2, json.number("tunnels", "aws-1", "bgp", "accepted"));
        assertEquals(1, json.number("tunnels", "aws-1", "bgp", "advertised"));
    }

    @Test
    void aTunnelWhosePathIsSilentIsDownWhateverIkeBelieves() {
        StatusReport.Tunnel suspect =
                withBgp(UP, BgpState.ESTABLISHED, path("no answer to echo requests"));
        assertEquals(TunnelState.DOWN, suspect.state());
        assertEquals(Optional.of("no answer to echo requests"), suspect.reason());
    }

    @Test
    void whatKeepsPacketsFromLeavingIsToldBeforeWhatIkeMakesOfIt() {
        Outage outage = new Outage(Outage.Cause.OUTSIDE_INTERFACE, "the interface eth0 is down");
        StatusReport.Tunnel tunnel = withBgp(CONNECTING, BgpState.IDLE, Optional.of(outage));
        assertEquals(TunnelState.CONNECTING, tunnel.state());
        assertEquals(Optional.of(outage.text()), tunnel.reason());
        assertEquals(Optional.of("198.18.0.12 does not answer"), CONNECTING.reason());
    }

    @Test
    void healthDecidesTheExitCode() {
        assertEquals(ExitCode.OK, report(UP).health().exitCode());
        assertEquals(ExitCode.DEGRADED, report(UP, CONNECTING).health().exitCode());
        assertEquals(ExitCode.DOWN, report(CONNECTING).health().exitCode());
    }

    @ParameterizedTest
    @CsvSource({"0, 0B", "999, 999B", "1000, 1.0kB", "1500000, 1.5MB", "20000000000, 20GB"})
    void bytesAreShort(long bytes, String text) {
        assertEquals(text, StatusText.bytes(bytes));
    }

    @ParameterizedTest
    @CsvSource({"0, 0s", "59, 59s", "270, 4m30s", "7260, 2h1m", "183600, 2d3h"})
    void agesHaveTwoUnits(long seconds, String text) {
        assertEquals(text, StatusText.age(seconds));
    }

    @ParameterizedTest
    @CsvSource({
        "UDP, 198.18.0.1, 1438",
        "UDP, 2001:db8::1, 1418",
        "ESP, 198.18.0.1, 1446",
        "ESP, 2001:db8::1, 1426",
        "AUTO, 198.18.0.1, 1438",
        "AUTO, 2001:db8::1, 1418"
    })
    void mtuIsWhatAwsPublishesForGcm(Encapsulation how, String outside, int mtuBytes) {
        assertEquals(mtuBytes, TunnelMtu.of(how, InetAddress.ofLiteral(outside)));
    }
}
