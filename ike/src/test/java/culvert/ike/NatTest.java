package culvert.ike;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.ike.message.IkeSpi;
import culvert.ike.message.NotifyPayload;
import culvert.ike.message.Octets;
import culvert.model.Encapsulation;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A NAT in front of the eastern gateway (RFC 7296 2.23). */
class NatTest {
    private static final InetAddress INSIDE = InetAddress.ofLiteral("10.0.0.1");
    private static final InetSocketAddress UNREACHABLE = new InetSocketAddress("192.0.2.99", 9);

    /** East is at 10.0.0.1 and appears to west as 198.18.0.1 with other ports. */
    private final SimulatedNetwork network =
            new SimulatedNetwork(
                    Settings.between(INSIDE, Settings.WEST)
                            .localIdentity("198.18.0.1")
                            .encapsulation(Encapsulation.AUTO)
                            .build(),
                    Settings.west().respond().encapsulation(Encapsulation.AUTO).build(),
                    37);

    private int portShift = 10_000;

    private IkeAction.Transmit translate(IkeAction.Transmit transmit) {
        if (transmit.local().getAddress().equals(INSIDE)) {
            return new IkeAction.Transmit(
                    new InetSocketAddress(Settings.EAST, transmit.local().getPort() + portShift),
                    transmit.remote(),
                    transmit.message());
        }
        // A mapping that is gone leads nowhere.
        int port = transmit.remote().getPort() - portShift;
        return port < 0
                ? new IkeAction.Transmit(transmit.local(), UNREACHABLE, transmit.message())
                : new IkeAction.Transmit(
                        transmit.local(), new InetSocketAddress(INSIDE, port), transmit.message());
    }

    private void up() {
        network.rewrite(this::translate);
        network.up();
        network.runUntil(Agreement::isOneOfEach, Duration.ofSeconds(10));
    }

    @Test
    void realNatIsFoundAndEncapsulatedIn() {
        up();

        IkeTunnelStatus east = network.east().status(network.nowNanos());
        assertTrue(east.natDetected());
        assertEquals(Encapsulation.UDP, east.encapsulation());
        assertEquals(4500, east.local().getPort());
        IkeTunnelStatus west = network.west().status(network.nowNanos());
        assertFalse(west.natDetected());
        assertEquals(14_500, west.remote().orElseThrow().getPort());
        assertEquals(14_500, network.west().outbound().orElseThrow().peer().getPort());
        for (SimulatedGateway end : List.of(network.east(), network.west())) {
            assertEquals(Encapsulation.UDP, end.outbound().orElseThrow().sa().encapsulation());
        }
    }

    /** An IKE SA of before does not decide for the one after it. */
    @Test
    void autoFollowsANatThatComesAndGoes() {
        SimulatedNetwork plain =
                new SimulatedNetwork(
                        Settings.east().encapsulation(Encapsulation.AUTO).build(),
                        Settings.west().respond().encapsulation(Encapsulation.AUTO).build(),
                        53);
        plain.up();
        plain.runUntil(Agreement::isOneOfEach, Duration.ofSeconds(10));
        assertEquals(Encapsulation.ESP, encapsulation(plain.east()));
        plain.input(plain.east(), new IkeInput.RekeyIkeSa(Settings.TUNNEL));
        plain.runFor(Duration.ofSeconds(5));
        plain.input(plain.east(), new IkeInput.RekeyChildSa(Settings.TUNNEL));
        plain.runFor(Duration.ofSeconds(5));
        assertEquals(Encapsulation.ESP, encapsulation(plain.east()), "a rekeyed IKE SA knows");

        // A NAT that changes ports alone, in front of east.
        plain.rewrite(
                transmit ->
                        transmit.local().getAddress().equals(Settings.EAST)
                                ? new IkeAction.Transmit(
                                        shifted(transmit.local(), portShift),
                                        transmit.remote(),
                                        transmit.message())
                                : new IkeAction.Transmit(
                                        transmit.local(),
                                        shifted(transmit.remote(), -portShift),
                                        transmit.message()));
        plain.runFor(Duration.ofMinutes(2));
        Agreement.assertOneOfEach(plain);
        assertEquals(Encapsulation.UDP, encapsulation(plain.east()));
        assertEquals(Encapsulation.UDP, encapsulation(plain.west()));
    }

    private static InetSocketAddress shifted(InetSocketAddress endpoint, int ports) {
        int port = endpoint.getPort() + ports;
        return port < 0 ? UNREACHABLE : new InetSocketAddress(endpoint.getAddress(), port);
    }

    private static Encapsulation encapsulation(SimulatedGateway end) {
        return end.outbound().orElseThrow().sa().encapsulation();
    }

    @ParameterizedTest
    @CsvSource({
        "ESP, AUTO, a NAT lies between us and peer 198.18.0.11",
        "ESP, UDP, a NAT lies between us and peer 198.18.0.11",
        "ESP, ESP, a NAT lies between us and peer 198.18.0.11",
        "AUTO, ESP, NO_PROPOSAL_CHOSEN",
        "UDP, ESP, NO_PROPOSAL_CHOSEN"
    })
    void protocol50IsRefusedWhereThereIsANat(
            Encapsulation east, Encapsulation west, String eastReason) {
        SimulatedNetwork nat =
                new SimulatedNetwork(
                        Settings.between(INSIDE, Settings.WEST)
                                .localIdentity("198.18.0.1")
                                .encapsulation(east)
                                .build(),
                        Settings.west().respond().encapsulation(west).build(),
                        59);
        nat.rewrite(this::translate);
        nat.up();
        nat.runFor(Duration.ofMinutes(1));

        IkeTunnelStatus status = nat.east().status(nat.nowNanos());
        assertEquals(TunnelState.CONNECTING, status.state());
        assertTrue(status.reason().orElse("").contains(eastReason), status::toString);
        assertTrue(nat.east().outbound().isEmpty() && nat.west().outbound().isEmpty());
        assertTrue(nat.east().inbound().isEmpty() && nat.west().inbound().isEmpty());
        if (west == Encapsulation.ESP && east != Encapsulation.ESP) {
            assertEquals(
                    Optional.of(
                            "peer 198.18.0.1 is behind a NAT, or wants ESP in UDP and not as IP"
                                    + " protocol 50: write encapsulation: auto, or udp"),
                    nat.west().status(nat.nowNanos()).reason());
        }
    }

    /** One side forces UDP by its faked hash: the other finds a NAT, and must not insist. */
    @Test
    void protocol50MeetsAPeerThatForcesUdp() {
        SimulatedNetwork plain =
                new SimulatedNetwork(
                        Settings.east().encapsulation(Encapsulation.ESP).build(),
                        Settings.west().respond().encapsulation(Encapsulation.UDP).build(),
                        61);
        plain.up();
        plain.runFor(Duration.ofMinutes(1));
        assertEquals(
                Optional.of(
                        "peer 198.18.0.11 is behind a NAT, or wants ESP in UDP and not as IP"
                                + " protocol 50: write encapsulation: auto, or udp"),
                plain.east().status(plain.nowNanos()).reason());
        assertTrue(plain.east().outbound().isEmpty());
    }

    @Test
    void protocol50WithoutANat() {
        SimulatedNetwork plain =
                new SimulatedNetwork(
                        Settings.east().encapsulation(Encapsulation.ESP).build(),
                        Settings.west().respond().encapsulation(Encapsulation.AUTO).build(),
                        67);
        plain.up();
        plain.runUntil(Agreement::isOneOfEach, Duration.ofSeconds(10));
        assertEquals(Encapsulation.ESP, encapsulation(plain.east()));
        assertEquals(Encapsulation.ESP, encapsulation(plain.west()));
        assertEquals(Encapsulation.ESP, plain.east().status(plain.nowNanos()).encapsulation());
    }

    @Test
    void newMappingIsFollowedByAuthenticMessages() {
        up();
        portShift = 20_000;
        network.runFor(Duration.ofSeconds(15));

        assertEquals(
                24_500, network.west().status(network.nowNanos()).remote().orElseThrow().getPort());
        assertEquals(24_500, network.west().outbound().orElseThrow().peer().getPort());
        assertTrue(
                network.west().history().stream()
                        .anyMatch(IkeAction.PeerEndpointChanged.class::isInstance));
        network.runFor(Duration.ofMinutes(2));
        Agreement.assertOneOfEach(network);
    }

    @Test
    void ikeAndEspMoveTogether() {
        up();
        network.startTraffic();
        portShift = 20_000;
        // INFORMATIONAL {} -->   from the new mapping; all that follows goes there
        network.input(network.east(), new IkeInput.RekeyChildSa(Settings.TUNNEL));
        network.runFor(Duration.ofSeconds(1));

        assertEquals(
                24_500, network.west().status(network.nowNanos()).remote().orElseThrow().getPort());
        assertEquals(24_500, network.west().outbound().orElseThrow().peer().getPort());
        network.runFor(Duration.ofSeconds(10));
        Agreement.assertOneOfEach(network);
    }

    @Test
    void keepaliveFollowsTwentySecondsOfSilence() {
        up();
        // Both have proof that the other lives, so that IKE has nothing to say.
        for (int second = 0; second < 60; second++) {
            for (SimulatedGateway end : List.of(network.east(), network.west())) {
                network.input(
                        end,
                        new IkeInput.InboundTraffic(
                                Settings.TUNNEL,
                                end.inbound().keySet().iterator().next(),
                                second,
                                100,
                                network.nowNanos()));
            }
            network.runFor(Duration.ofSeconds(1));
        }

        List<IkeAction.TransmitKeepalive> keepalives = network.east().keepalives();
        assertTrue(keepalives.size() >= 2 && keepalives.size() <= 3, keepalives::toString);
        assertEquals(4500, keepalives.getFirst().local().getPort());
        assertEquals(new InetSocketAddress(Settings.WEST, 4500), keepalives.getFirst().remote());
        assertEquals(List.of(), network.west().keepalives());
    }

    @Test
    void packetsOfOursKeepTheMappingToo() {
        up();
        for (int second = 0; second < 60; second++) {
            network.input(
                    network.east(),
                    new IkeInput.OutboundTraffic(
                            Settings.TUNNEL,
                            network.east().outbound().orElseThrow().sa().spi(),
                            100,
                            second,
                            network.nowNanos()));
            network.runFor(Duration.ofSeconds(1));
        }

        assertEquals(List.of(), network.east().keepalives());
    }

    @Test
    void withoutNatThereAreNoKeepalives() {
        SimulatedNetwork forced =
                new SimulatedNetwork(
                        Settings.east().build(), Settings.west().respond().build(), 43);
        forced.up();
        forced.runFor(Duration.ofMinutes(5));

        assertEquals(List.of(), forced.east().keepalives());
        assertEquals(List.of(), forced.west().keepalives());
    }

    /** West is at 10.0.0.2 and reached as 198.18.0.11 by port forwarding. */
    @Test
    void bothBehindNat() {
        InetAddress westInside = InetAddress.ofLiteral("10.0.0.2");
        SimulatedNetwork both =
                new SimulatedNetwork(
                        Settings.between(INSIDE, Settings.WEST)
                                .localIdentity("198.18.0.1")
                                .encapsulation(Encapsulation.AUTO)
                                .build(),
                        Settings.between(westInside, Settings.EAST)
                                .localIdentity("198.18.0.11")
                                .respond()
                                .encapsulation(Encapsulation.AUTO)
                                .build(),
                        47);
        both.rewrite(
                transmit -> {
                    if (!transmit.local().getAddress().equals(westInside)) {
                        IkeAction.Transmit outside = translate(transmit);
                        return new IkeAction.Transmit(
                                outside.local(),
                                new InetSocketAddress(westInside, outside.remote().getPort()),
                                outside.message());
                    }
                    return translate(
                            new IkeAction.Transmit(
                                    new InetSocketAddress(
                                            Settings.WEST, transmit.local().getPort()),
                                    transmit.remote(),
                                    transmit.message()));
                });
        both.up();
        both.runUntil(Agreement::isOneOfEach, Duration.ofSeconds(10));
        assertTrue(both.east().status(both.nowNanos()).natDetected());
        assertTrue(both.west().status(both.nowNanos()).natDetected());

        // The initiator's mapping moves: the responder follows although it has a NAT itself.
        portShift = 20_000;
        both.runFor(Duration.ofSeconds(30));
        assertEquals(24_500, both.west().outbound().orElseThrow().peer().getPort());
        assertEquals(4500, both.east().outbound().orElseThrow().peer().getPort());
        Agreement.assertOneOfEach(both);
    }

    @Test
    void wherePort500IsClosedTheNextAttemptBeginsOn4500AndThoseAfterIt() {
        network.rewrite(this::translate);
        network.onlyIf(
                transmit ->
                        transmit.remote().getPort() % 1000 == 500
                                && transmit.remote().getPort() % 10_000 != 500);
        network.up();
        network.runUntil(Agreement::isOneOfEach, Duration.ofMinutes(1));
        assertEquals(
                14_500, network.west().status(network.nowNanos()).remote().orElseThrow().getPort());

        network.input(network.east(), new IkeInput.PathDead(Settings.TUNNEL, "no way through"));
        network.runUntil(Agreement::isOneOfEach, Duration.ofSeconds(5));
    }

    /** A host with neither NAT nor 4500: ESP as protocol 50 needs port 500 alone. */
    @Test
    void wherePort4500IsClosedAttemptsReturnTo500() {
        SimulatedNetwork plain =
                new SimulatedNetwork(
                        Settings.east().encapsulation(Encapsulation.AUTO).build(),
                        Settings.west().respond().encapsulation(Encapsulation.AUTO).build(),
                        53);
        plain.onlyIf(transmit -> false);
        plain.up();
        plain.runFor(Duration.ofMinutes(2));
        plain.onlyIf(transmit -> transmit.remote().getPort() == 500);
        plain.runUntil(Agreement::isOneOfEach, Duration.ofMinutes(5));
        assertEquals(500, plain.east().status(plain.nowNanos()).remote().orElseThrow().getPort());
    }

    /** MOBIKE (RFC 4555) is not ours: its notifies are answered politely and change nothing. */
    @Test
    void mobikeIsIgnored() {
        up();
        Impersonator east = new Impersonator(network.east(), network.nowNanos());
        int updateSaAddresses = 16_400;
        IkeAction.Transmit answer =
                network.west()
                        .handle(
                                new IkeInput.DatagramReceived(
                                        new InetSocketAddress(Settings.WEST, 4500),
                                        new InetSocketAddress(Settings.EAST, 14_500),
                                        east.seal(
                                                Messages.INFORMATIONAL,
                                                false,
                                                2,
                                                NotifyPayload.of(updateSaAddresses))),
                                network.nowNanos())
                        .getFirst();

        assertTrue(east.open(answer).payloads().isEmpty());
        assertEquals(14_500, network.west().outbound().orElseThrow().peer().getPort());
    }

    @Test
    void forgedMessagesMoveNothing() {
        up();
        network.west()
                .handle(
                        new IkeInput.DatagramReceived(
                                new InetSocketAddress(Settings.WEST, 4500),
                                new InetSocketAddress("192.0.2.66", 4500),
                                network.sent().get(2).message()),
                        network.nowNanos());

        assertEquals(
                14_500, network.west().status(network.nowNanos()).remote().orElseThrow().getPort());
    }

    @Test
    void peerWithoutNatIsNotFollowed() {
        SimulatedNetwork plain =
                new SimulatedNetwork(
                        Settings.east().encapsulation(Encapsulation.AUTO).build(),
                        Settings.west().respond().encapsulation(Encapsulation.AUTO).build(),
                        41);
        plain.up();
        plain.runUntil(Agreement::isOneOfEach, Duration.ofSeconds(10));
        Impersonator east = new Impersonator(plain.east(), plain.nowNanos());
        IkeAction.Transmit answer =
                plain.west()
                        .handle(
                                new IkeInput.DatagramReceived(
                                        new InetSocketAddress(Settings.WEST, 500),
                                        new InetSocketAddress("192.0.2.66", 500),
                                        east.seal(Messages.INFORMATIONAL, false, 2)),
                                plain.nowNanos())
                        .getFirst();

        // RFC 7296 2.11: answered where it came from, but nothing else goes there.
        assertEquals("192.0.2.66", answer.remote().getAddress().getHostAddress());
        assertEquals(
                Settings.EAST,
                plain.west().status(plain.nowNanos()).remote().orElseThrow().getAddress());
    }

    /** Computed with another tool from the formula in RFC 7296 2.23. */
    @Test
    void hashIsOfSpisAddressAndPort() {
        assertEquals(
                Octets.ofHex("d798d986143f878f70765e0e869c80bbc375f701"),
                NatDetection.hash(
                        new IkeSpi(0x0102030405060708L),
                        new IkeSpi(0x1112131415161718L),
                        new InetSocketAddress("192.0.2.1", 500)));
    }
}
