package culvert.gateway.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.bgp.RouteRow;
import culvert.model.IpPrefix;
import java.net.InetAddress;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class RoutesReportTest {
    private static final IpPrefix VPC = IpPrefix.parse("10.20.0.0/16");

    private static RouteRow row(RouteRow.Kind kind, String peer, String reason) {
        return new RouteRow(
                kind,
                VPC,
                peer,
                InetAddress.ofLiteral("169.254.10.1"),
                "64512",
                "IGP",
                100,
                OptionalLong.of(200),
                reason);
    }

    @Test
    void chosenRoutesNameTheTunnelThatTheyTakeNow() {
        RoutesReport report =
                new RoutesReport(
                        List.of(
                                RoutesReport.Line.ofBgp(
                                        row(RouteRow.Kind.CHOSEN, "aws-1", ""), "aws-2", "")));
        assertEquals(
                """
                PREFIX        KIND    TUNNEL  VIA    NEXTHOP       AS PATH  MED  REASON
                10.20.0.0/16  chosen  aws-1   aws-2  169.254.10.1  64512    200
                """,
                report.toText());
        assertEquals(
                "{\"schema\":\"culvert.routes/1\",\"routes\":[{\"prefix\":\"10.20.0.0/16\",\"kind\":\"chosen\","
                        + "\"tunnel\":\"aws-1\",\"installed\":true,\"via\":\"aws-2\",\"nextHop\":\"169.254.10.1\","
                        + "\"asPath\":\"64512\",\"med\":200,\"reason\":null}]}\n",
                report.toJson());
    }

    @Test
    void rejectedRoutesSayWhyAndAreNotInstalled() {
        RoutesReport.Line line =
                RoutesReport.Line.ofBgp(
                        row(RouteRow.Kind.REJECTED, "aws-1", "not in the accept list"), "", "");
        assertEquals("", line.via());
        assertTrue(new RoutesReport(List.of(line)).toText().contains("not in the accept list"));
    }

    @Test
    void chosenRoutesThatAreNotInstalledSayWhy() {
        RoutesReport.Line line =
                RoutesReport.Line.ofBgp(
                        row(RouteRow.Kind.CHOSEN, "aws-1", ""), "", "no tunnel carries it");
        assertEquals("", line.via());
        assertTrue(new RoutesReport(List.of(line)).toText().contains("no tunnel carries it"));
    }

    @Test
    void ourOwnRoutesHaveNoTunnel() {
        RoutesReport.Line line = RoutesReport.Line.ofBgp(row(RouteRow.Kind.CHOSEN, "", ""), "", "");
        assertEquals("", line.tunnel());
        assertEquals("", line.via());
        assertEquals("", line.nextHop());
    }

    @Test
    void noRoutesIsAnAnswerToo() {
        assertEquals("no routes\n", new RoutesReport(List.of()).toText());
    }
}
