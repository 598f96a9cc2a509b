package culvert.gateway.daemon;

import culvert.esp.DropReason;
import culvert.esp.TrafficCounters;
import culvert.gateway.metrics.BgpPeerSample;
import culvert.ike.CertificateStatus;
import culvert.ike.ChildSaStatus;
import culvert.ike.IkeEndpoint;
import culvert.ike.IkeSaStatus;
import culvert.ike.IkeTunnelStatus;
import culvert.ike.TunnelState;
import culvert.ike.message.IkeSpi;
import culvert.model.Encapsulation;
import culvert.model.EspSuite;
import culvert.model.PeerHost;
import culvert.model.Spi;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What the tests of metrics and page look at. */
final class SampleObservation {
    static final String SPI_IN = "c1a2b3c4";
    static final InetSocketAddress PEER =
            new InetSocketAddress(InetAddress.ofLiteral("198.18.0.11"), 4500);

    private SampleObservation() {}

    static IkeTunnelStatus up(int generation, int ikeRekeys, int childRekeys) {
        return new IkeTunnelStatus(
                TunnelState.UP,
                Optional.empty(),
                new InetSocketAddress(InetAddress.ofLiteral("198.18.0.1"), 4500),
                PEER,
                false,
                Encapsulation.UDP,
                Optional.of(
                        new IkeSaStatus(
                                "aes256gcm16-prfsha384-ecp384",
                                "initiator",
                                false,
                                11,
                                24_000,
                                ikeRekeys,
                                new IkeSpi(100L * generation + ikeRekeys),
                                new IkeSpi(2))),
                Optional.of(
                        new ChildSaStatus(
                                EspSuite.AES256_GCM16,
                                new Spi(0xc1a2b3c4 + 100 * generation + childRekeys),
                                new Spi(0x0badcafe),
                                11,
                                3000,
                                childRekeys,
                                List.of(),
                                List.of())),
                OptionalLong.empty(),
                1,
                7);
    }

    static IkeTunnelStatus certified(IkeTunnelStatus status, CertificateStatus... certificates) {
        return new IkeTunnelStatus(
                status.state(),
                status.reason(),
                status.local(),
                status.peer(),
                status.remote(),
                status.natDetected(),
                status.encapsulation(),
                status.ike(),
                status.child(),
                status.nextAttemptSeconds(),
                status.attempts(),
                status.retransmits(),
                List.of(certificates));
    }

    /** Of a peer that has a name, and does not answer. */
    static IkeTunnelStatus named(String name, boolean known) {
        IkeTunnelStatus status = connecting("it does not answer");
        return new IkeTunnelStatus(
                status.state(),
                status.reason(),
                status.local(),
                new PeerHost.Name(name),
                known ? Optional.of(PEER) : Optional.empty(),
                status.natDetected(),
                status.encapsulation(),
                status.ike(),
                status.child(),
                status.nextAttemptSeconds(),
                status.attempts(),
                status.retransmits(),
                List.of());
    }

    static IkeTunnelStatus connecting(String reason) {
        return new IkeTunnelStatus(
                TunnelState.CONNECTING,
                Optional.of(reason),
                new InetSocketAddress(InetAddress.ofLiteral("198.18.0.1"), 4500),
                PEER,
                false,
                Encapsulation.UDP,
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                3,
                0);
    }

    static IkeTunnelStatus stopped() {
        return new IkeTunnelStatus(
                TunnelState.DOWN,
                Optional.of("stopped by the operator"),
                new InetSocketAddress(InetAddress.ofLiteral("198.18.0.1"), 4500),
                PEER,
                false,
                Encapsulation.UDP,
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                0,
                0);
    }

    static StatusReport.Tunnel tunnel(String name, IkeTunnelStatus ike) {
        boolean up = ike.state() == TunnelState.UP;
        TrafficCounters traffic =
                up
                        ? new TrafficCounters(
                                1, 84, 2, 1_500_000, 3, 4, 5, 6, Map.of(DropReason.REPLAY, 4L))
                        : new TrafficCounters(0, 0, 0, 0, 0, 0, 0, 0, Map.of());
        return new StatusReport.Tunnel(name, "aws", "cv0", 1438, ike, traffic);
    }

    static Observation of(Tallies tallies, StatusReport.Tunnel... tunnels) {
        return of(tallies, List.of(), tunnels);
    }

    static Observation of(
            Tallies tallies, List<BgpPeerSample> bgp, StatusReport.Tunnel... tunnels) {
        return new Observation(
                "seoul-dc1",
                "0011223344556677",
                new StatusReport(
                        75,
                        List.of(tunnels),
                        List.of(),
                        2,
                        Optional.of(tunnels[0].name()),
                        new IkeEndpoint(List.of(), new SecureRandom()).counters(),
                        0,
                        ConfigState.initial(Path.of("culvert.yaml"))),
                tallies,
                Map.of("aws", "vpn-0123456789abcdef0"),
                bgp);
    }
}
