package culvert.gateway.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.bgp.BgpPeerStatus;
import culvert.bgp.BgpState;
import culvert.bgp.SessionEnds;
import culvert.esp.InboundSaActivity;
import culvert.esp.OutboundSaActivity;
import culvert.model.Spi;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** {@code sa} and {@code bgp}, for people and for programs. */
class SaReportTest {
    private static SaReport report() {
        IkeMessageTally messages = new IkeMessageTally();
        byte[] init = new byte[28];
        init[18] = 34;
        messages.sent(init);
        messages.received(init);
        messages.received(new byte[3]);
        return new SaReport(
                List.of(
                        new SaReport.Tunnel(
                                "aws-1",
                                SampleObservation.up(0, 0, 1),
                                List.of(
                                        new InboundSaActivity(
                                                new Spi(0xc1a2b3c4), 2, 3000, 1_000_000_000L)),
                                List.of(new OutboundSaActivity(new Spi(0x0badcafe), 0, 0, 0, 0)),
                                new TreeMap<>(Map.of("NO_PROPOSAL_CHOSEN", 3L))),
                        new SaReport.Tunnel(
                                "aws-2",
                                SampleObservation.connecting("it does not answer"),
                                List.of(),
                                List.of(),
                                new TreeMap<>())),
                messages.lines(),
                4_000_000_000L);
    }

    @Test
    void saForPeople() {
        assertEquals(
                """
                aws-1  up  198.18.0.1 port 4500 to 198.18.0.11 port 4500
                  ike      SPIs 0000000000000000 and 0000000000000002, initiator
                           aes256gcm16-prfsha384-ecp384, established for 11s, rekey in 6h40m, 0
                           rekeys
                  esp      aes256gcm16, established for 11s, rekey in 50m0s, 1 rekey
                           [] to []
                  in       c1a2b3c4  2 packets, 3.0kB, last 3s ago
                  out      0badcafe  0 packets, 0B, sequence number 0
                  trouble  retransmits 7, NO_PROPOSAL_CHOSEN 3

                aws-2  connecting  198.18.0.1 port 4500 to 198.18.0.11 port 4500
                  ike      no IKE SA: it does not answer
                  trouble  retransmits 0

                IKE MESSAGES     SENT  RECEIVED
                IKE_SA_INIT      1     1
                IKE_AUTH         0     0
                CREATE_CHILD_SA  0     0
                INFORMATIONAL    0     0
                other            0     1
                """,
                report().toText());
    }

    @Test
    void saForPrograms() {
        String json = report().toJson();
        assertTrue(
                json.startsWith("{\"schema\":\"culvert.sa/1\",\"tunnels\":[{\"name\":\"aws-1\""));
        assertTrue(
                json.contains(
                        "\"inbound\":[{\"spi\":\"c1a2b3c4\",\"packets\":2,\"bytes\":3000,\"lastPacketSeconds\":3}]"),
                json);
        assertTrue(json.contains("\"errorNotifies\":{\"NO_PROPOSAL_CHOSEN\":3}"), json);
        assertTrue(json.contains("\"ike\":null,\"child\":null,\"inbound\":[]"), json);
    }

    private static BgpReport bgp(BgpState state) {
        boolean up = state == BgpState.ESTABLISHED;
        return new BgpReport(
                65_000,
                "192.168.10.1",
                List.of(
                        new BgpReport.Peer(
                                "aws-1",
                                InetAddress.ofLiteral("169.254.10.1"),
                                new BgpPeerStatus(
                                        "aws-1",
                                        state,
                                        up ? "" : "connection refused",
                                        64_512,
                                        up ? OptionalInt.of(30) : OptionalInt.empty(),
                                        List.of(),
                                        3,
                                        2,
                                        0,
                                        1,
                                        0,
                                        up ? "" : "received: Cease, Administrative Shutdown",
                                        up
                                                ? OptionalLong.of(60_000_000_000L)
                                                : OptionalLong.empty(),
                                        1,
                                        0,
                                        SessionEnds.NONE,
                                        List.of()))));
    }

    @Test
    void bgpForPeople() {
        assertEquals(
                """
                AS 65000, router ID 192.168.10.1

                aws-1  Active  169.254.10.1 AS 64512
                  reason   connection refused
                  prefixes received 3, accepted 2, stale 0, advertised 1, held back 0
                  session  hold time not agreed, families [], established 1 times, 0 malformed
                           UPDATEs
                  last     NOTIFICATION received: Cease, Administrative Shutdown
                """,
                bgp(BgpState.ACTIVE).toText());
        assertTrue(
                bgp(BgpState.ESTABLISHED)
                        .toText()
                        .contains("aws-1  Established for 1m0s  169.254.10.1 AS 64512"));
        assertTrue(new BgpReport(0, "", List.of()).toText().contains("routing: bgp"));
    }

    @Test
    void bgpForPrograms() {
        String json = bgp(BgpState.ESTABLISHED).toJson();
        assertTrue(json.startsWith("{\"schema\":\"culvert.bgp/1\",\"asn\":65000"), json);
        assertTrue(json.contains("\"establishedSeconds\":60,\"holdSeconds\":30"), json);
    }
}
