package culvert.ike;

import static culvert.ike.Settings.EAST;
import static culvert.ike.Settings.TUNNEL;
import static culvert.ike.Settings.WEST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.ike.message.ExchangeType;
import culvert.ike.message.IkeHeader;
import culvert.ike.message.IkeSpi;
import culvert.ike.message.MessageDecoder;
import culvert.model.Spi;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A peer that has a name in place of an address: what is asked, and what an answer changes. */
class PeerNameTest {
    private static final String NAME = "vpn.example.com";
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration ASK = Duration.ofNanos(IkeTiming.ASK_NAME_NANOS);
    private static final Duration WATCH = Duration.ofNanos(IkeTiming.WATCH_NAME_NANOS);
    private static final InetAddress DEAD = address("198.18.0.99");
    private static final InetAddress DEAD_TOO = address("198.18.0.98");

    /** Where west is after it has moved. */
    private static final InetAddress NEW = address("198.18.0.77");

    private boolean moved;

    private static InetAddress address(String literal) {
        return InetAddress.ofLiteral(literal);
    }

    private SimulatedNetwork network(Settings east, Settings west) {
        SimulatedNetwork network = new SimulatedNetwork(east.build(), west.build(), 11);
        network.rewrite(this::carry);
        network.up();
        return network;
    }

    private SimulatedNetwork network() {
        return network(Settings.east().peerName(NAME), Settings.west().respond());
    }

    private static void found(SimulatedNetwork network, InetAddress... addresses) {
        network.input(network.east(), new IkeInput.PeerFound(NAME, List.of(addresses)));
    }

    private SimulatedNetwork established() {
        SimulatedNetwork network = network();
        found(network, WEST);
        network.runUntil(Agreement::isOneOfEach, SOON);
        return network;
    }

    /** After west has moved, its old address is nobody's, and it is known by the new one alone. */
    private IkeAction.Transmit carry(IkeAction.Transmit sent) {
        return moved
                ? new IkeAction.Transmit(
                        elsewhere(sent.local(), WEST, NEW),
                        sent.remote().getAddress().equals(WEST)
                                ? new InetSocketAddress(DEAD, sent.remote().getPort())
                                : elsewhere(sent.remote(), NEW, WEST),
                        sent.message())
                : sent;
    }

    private static InetSocketAddress elsewhere(
            InetSocketAddress end, InetAddress from, InetAddress to) {
        return end.getAddress().equals(from) ? new InetSocketAddress(to, end.getPort()) : end;
    }

    /** Where IKE_SA_INIT requests of east went, each attempt once. */
    private static List<String> knocks(SimulatedNetwork network) {
        return initsFrom(network, EAST)
                .map(t -> t.remote().getAddress().getHostAddress() + ":" + t.remote().getPort())
                .toList();
    }

    private static Stream<IkeAction.Transmit> initsFrom(
            SimulatedNetwork network, InetAddress from) {
        record First(IkeSpi spi) {}
        Set<First> seen = new HashSet<>();
        return List.copyOf(network.sent()).stream()
                .filter(t -> t.local().getAddress().equals(from))
                .filter(
                        t -> {
                            IkeHeader header = MessageDecoder.peekHeader(t.message()).orElseThrow();
                            return header.exchangeType() == ExchangeType.IKE_SA_INIT
                                    && !header.response()
                                    && seen.add(new First(header.initiatorSpi()));
                        });
    }

    private static String reason(SimulatedNetwork network) {
        return network.east().status(network.nowNanos()).reason().orElse("");
    }

    @Test
    void theFirstAttemptWaitsForTheAnswer() {
        SimulatedNetwork network = network();
        network.runFor(Duration.ofSeconds(5));
        assertEquals(List.of(NAME), network.east().lookups());
        assertEquals(List.of(), network.sent());
        assertEquals(TunnelState.CONNECTING, network.east().state());
        IkeTunnelStatus waiting = network.east().status(network.nowNanos());
        assertEquals("vpn.example.com (address not known)", waiting.peerText());
        assertTrue(waiting.remote().isEmpty());
        assertEquals(Set.of(), network.east().peerAddresses());

        found(network, WEST);
        network.runUntil(Agreement::isOneOfEach, Duration.ofSeconds(1));
        assertEquals(
                "vpn.example.com (198.18.0.11)",
                network.east().status(network.nowNanos()).peerText());
        assertEquals(Set.of(WEST), network.east().peerAddresses());
    }

    @Test
    void theAddressIsToldBeforeAnythingIsSentThere() {
        SimulatedNetwork network = established();
        List<IkeAction> history = network.east().history();
        int told = firstOf(history, IkeAction.PeerAddressesChanged.class);
        assertTrue(told < firstOf(history, IkeAction.Transmit.class), history::toString);
    }

    private static int firstOf(List<IkeAction> history, Class<? extends IkeAction> type) {
        return history.stream().map(Object::getClass).toList().indexOf(type);
    }

    @Test
    void aNameThatLeadsNowhereIsTheReasonAndIsAskedForAgain() {
        SimulatedNetwork network = network();
        network.input(network.east(), new IkeInput.PeerNotFound(NAME, "does not exist"));
        assertEquals(
                "the name vpn.example.com does not exist: check peer-address and the DNS",
                reason(network));
        assertEquals(1, network.east().count(IkeCounter.PEER_LOOKUPS_FAILED));
        network.runFor(ASK.plusSeconds(1));
        assertEquals(List.of(NAME, NAME), network.east().lookups());
        found(network, WEST);
        network.runUntil(Agreement::isOneOfEach, SOON);
    }

    /** A driver that never answers, or a resolver that hangs. */
    @Test
    void withoutAnyAnswerItIsAskedForAgainAndAgain() {
        SimulatedNetwork network = network();
        network.runFor(Duration.ofMinutes(2));
        assertEquals(9, network.east().lookups().size());
        assertEquals(List.of(), network.sent());
        found(network, WEST);
        network.runUntil(Agreement::isOneOfEach, SOON);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "224.0.0.1", "2001:db8::1", "198.18.0.1", "0.0.0.0"})
    void anAnswerThatCannotBeThePeerIsTheReason(String useless) {
        SimulatedNetwork network = network();
        found(network, address(useless));
        network.runFor(Duration.ofSeconds(1));
        assertEquals(List.of(), network.sent());
        assertTrue(
                reason(network)
                        .startsWith(
                                "the name vpn.example.com leads to "
                                        + address(useless).getHostAddress()),
                reason(network));
        found(network, address(useless), WEST);
        network.runUntil(Agreement::isOneOfEach, SOON);
    }

    @Test
    void anAttemptAtAnAddressThatTheNameHasLeftIsGivenUpAtOnce() {
        SimulatedNetwork network = network();
        found(network, DEAD);
        network.runFor(ASK.plusSeconds(1));
        assertEquals(2, network.east().lookups().size());
        assertEquals(List.of("198.18.0.99:500"), knocks(network));
        assertEquals(0, network.east().count(IkeCounter.PEER_ADDRESSES_CHANGED));

        found(network, WEST);
        network.runUntil(Agreement::isOneOfEach, Duration.ofSeconds(1));
        assertEquals(List.of("198.18.0.99:500", "198.18.0.11:500"), knocks(network));
        assertEquals(1, network.east().count(IkeCounter.PEER_ADDRESSES_CHANGED));
        assertTrue(
                network.east()
                        .log()
                        .contains("vpn.example.com is 198.18.0.11 now, before it was 198.18.0.99"),
                network.east()::log);
    }

    @Test
    void aNewAddressDoesNotWaitForTheBackOffOfTheOldOne() {
        SimulatedNetwork network = network();
        found(network, DEAD);
        network.runFor(Duration.ofMinutes(10));
        network.runUntil(
                n -> n.east().status(n.nowNanos()).nextAttemptSeconds().orElse(0) > 5,
                Duration.ofMinutes(10));
        found(network, WEST);
        network.runUntil(Agreement::isOneOfEach, Duration.ofSeconds(1));
    }

    @Test
    void severalAddressesHaveTheirTurnThenTheOtherPort() {
        SimulatedNetwork network = network();
        found(network, DEAD, DEAD_TOO);
        network.runFor(Duration.ofMinutes(4));
        assertEquals(
                List.of(
                        "198.18.0.99:500",
                        "198.18.0.98:500",
                        "198.18.0.99:4500",
                        "198.18.0.98:4500"),
                knocks(network).subList(0, 4));
    }

    @Test
    void theLivingOneOfSeveralAddressesIsFoundAndKept() {
        SimulatedNetwork network = network();
        found(network, DEAD, WEST, DEAD_TOO);
        network.runUntil(Agreement::isOneOfEach, Duration.ofSeconds(40));
        assertEquals(List.of("198.18.0.99:500", "198.18.0.11:500"), knocks(network));
        // Resolvers shuffle: what lives comes first in the next attempt all the same.
        found(network, DEAD_TOO, DEAD, WEST);
        network.west().restart(network.nextSeed());
        network.input(network.west(), new IkeInput.TunnelUp(TUNNEL));
        network.runUntil(n -> n.east().state() != TunnelState.UP, Duration.ofMinutes(1));
        network.runUntil(Agreement::isOneOfEach, SOON);
        assertEquals("198.18.0.11:500", knocks(network).getLast());
        assertEquals(3, knocks(network).size());
    }

    @Test
    void anSaThatLivesIsNotTouchedWhenItsNameLeadsElsewhere() {
        SimulatedNetwork network = established();
        Spi spi = network.east().outbound().orElseThrow().sa().spi();
        network.startTraffic();
        found(network, NEW, DEAD);
        network.runFor(Duration.ofMinutes(5));
        Agreement.assertOneOfEach(network);
        assertEquals(spi, network.east().outbound().orElseThrow().sa().spi());
        assertEquals(WEST, network.east().outbound().orElseThrow().peer().getAddress());
        assertEquals(0, network.packetsLost());
        assertEquals(List.of("198.18.0.11:500"), knocks(network));
        assertEquals(
                "vpn.example.com (198.18.0.11)",
                network.east().status(network.nowNanos()).peerText());
        // Both must stay out of the tunnel: what the SA speaks with, and what comes next.
        assertEquals(Set.of(WEST, NEW, DEAD), network.east().peerAddresses());
        // Once a minute, and not more often.
        assertTrue(network.east().lookups().size() <= 7, network.east().lookups()::toString);
    }

    @Test
    void aPeerThatHasMovedIsFoundAtItsNewAddress() {
        SimulatedNetwork network = established();
        // What moves is another machine: it has nothing of the IKE SA.
        moved = true;
        network.west().restart(network.nextSeed());
        network.input(network.west(), new IkeInput.TunnelUp(TUNNEL));
        network.runUntil(n -> n.east().state() != TunnelState.UP, Duration.ofMinutes(1));
        // The first attempt does not wait for the resolver, which may be behind the tunnel.
        network.runFor(Duration.ofSeconds(1));
        assertEquals("198.18.0.11:500", knocks(network).getLast());
        found(network, NEW);
        network.runUntil(n -> n.east().state() == TunnelState.UP, Duration.ofSeconds(1));
        assertEquals("198.18.0.77:500", knocks(network).getLast());
        assertEquals(NEW, network.east().outbound().orElseThrow().peer().getAddress());
        network.runFor(Duration.ofMinutes(1));
        assertEquals(Set.of(NEW), network.east().peerAddresses());
    }

    @Test
    void whenTheDnsFailsTheLastAddressIsTried() {
        SimulatedNetwork network = established();
        network.input(network.east(), new IkeInput.PeerNotFound(NAME, "cannot be looked up"));
        assertEquals("", reason(network));
        network.west().restart(network.nextSeed());
        network.input(network.west(), new IkeInput.TunnelUp(TUNNEL));
        network.onlyIf(t -> false);
        network.runUntil(n -> n.east().state() != TunnelState.UP, Duration.ofMinutes(1));
        network.input(network.east(), new IkeInput.PeerNotFound(NAME, "cannot be looked up"));
        assertEquals(
                "the name vpn.example.com cannot be looked up: check peer-address and the DNS;"
                        + " its last address is tried, 198.18.0.11",
                reason(network));
        network.loseNothing();
        network.runUntil(Agreement::isOneOfEach, Duration.ofMinutes(1));
    }

    @Test
    void anSaMadeAnewBesideALivingOneGoesWhereThatOneIs() {
        SimulatedNetwork network = established();
        network.startTraffic();
        found(network, DEAD);
        IkeTunnelSettings settings = network.east().settings();
        network.input(
                network.east(),
                new IkeInput.ReplaceCredentials(
                        TUNNEL,
                        settings.credentials(),
                        settings.localIdentity(),
                        settings.peerIdentity(),
                        true));
        network.runFor(SOON);
        Agreement.assertOneOfEach(network);
        assertEquals(List.of("198.18.0.11:500", "198.18.0.11:500"), knocks(network));
        assertEquals(0, network.packetsLost());
    }

    @Test
    void aResponderKnowsItsPeerByTheAddressesOfItsName() {
        SimulatedNetwork network =
                network(Settings.east().respond().peerName(NAME), Settings.west());
        network.runFor(Duration.ofSeconds(3));
        assertTrue(network.east().count(IkeCounter.DROPPED_UNKNOWN_PEER) > 0);
        assertEquals(TunnelState.CONNECTING, network.east().state());
        found(network, DEAD, WEST);
        network.runUntil(Agreement::isOneOfEach, SOON);
        assertEquals(
                "vpn.example.com (198.18.0.11)",
                network.east().status(network.nowNanos()).peerText());
    }

    @Test
    void aResponderTakesAPeerFromItsNewAddressWhileTheOldSaStands() {
        SimulatedNetwork network =
                network(Settings.east().respond().peerName(NAME), Settings.west());
        found(network, WEST);
        network.runUntil(Agreement::isOneOfEach, SOON);
        int asked = network.east().lookups().size();
        network.runFor(WATCH.plusSeconds(1));
        assertTrue(network.east().lookups().size() > asked);
        found(network, NEW);
        moved = true;
        network.west().restart(network.nextSeed());
        network.input(network.west(), new IkeInput.TunnelUp(TUNNEL));
        network.runUntil(n -> n.west().state() == TunnelState.UP, Duration.ofSeconds(2));
        assertEquals(TunnelState.UP, network.east().state());
        assertEquals(NEW, network.east().outbound().orElseThrow().peer().getAddress());
    }

    @Test
    void twoTunnelsNeverShareAnAddress() {
        IkeTunnelSettings literal = Settings.east().name("literal").build();
        IkeTunnelSettings named = Settings.east().name("named").peerName(NAME).build();
        SimulatedGateway gateway = new SimulatedGateway(List.of(literal, named), 3);
        gateway.handle(new IkeInput.TunnelUp("literal"), 0);
        gateway.handle(new IkeInput.TunnelUp("named"), 0);
        gateway.handle(new IkeInput.PeerFound(NAME, List.of(WEST)), 0);
        assertEquals(
                "the name vpn.example.com leads to 198.18.0.11, which is the peer of another"
                        + " tunnel: check peer-address and the DNS",
                gateway.endpoint().status("named", 0).reason().orElseThrow());
        gateway.handle(new IkeInput.PeerFound(NAME, List.of(WEST, DEAD)), 0);
        assertEquals(Set.of(DEAD), gateway.endpoint().peerAddresses("named"));
        assertEquals(Set.of(WEST), gateway.endpoint().peerAddresses("literal"));
    }

    @Test
    void aTunnelWithoutAnAnswerDoesNotHoldUpAnother() {
        IkeTunnelSettings named = Settings.between(EAST, DEAD).name("named").peerName(NAME).build();
        SimulatedGateway gateway = new SimulatedGateway(List.of(named, Settings.east().build()), 3);
        assertEquals(List.of(), gateway.handle(new IkeInput.TunnelUp("named"), 0));
        List<IkeAction.Transmit> sent = gateway.handle(new IkeInput.TunnelUp(TUNNEL), 0);
        assertEquals(WEST, sent.getFirst().remote().getAddress());
    }

    @Test
    void anAnswerThatComesTooLateIsNobodys() {
        SimulatedNetwork network = network();
        network.input(
                network.east(),
                new IkeInput.TunnelConfigured(
                        Settings.east().peerName("other.example.com").build()));
        found(network, WEST);
        network.runFor(Duration.ofSeconds(1));
        assertEquals(List.of(), network.sent());
        assertEquals("other.example.com", network.east().lookups().getLast());
        network.input(network.east(), new IkeInput.PeerFound("other.example.com", List.of(WEST)));
        network.runUntil(Agreement::isOneOfEach, SOON);
    }

    @Test
    void aTunnelThatIsDownAsksForNothing() {
        SimulatedNetwork network = network();
        network.input(network.east(), new IkeInput.TunnelDown(TUNNEL));
        int asked = network.east().lookups().size();
        assertEquals(
                Long.MAX_VALUE, network.east().endpoint().nextDeadlineNanos(network.nowNanos()));
        found(network, WEST);
        network.runFor(Duration.ofMinutes(5));
        assertEquals(asked, network.east().lookups().size());
        assertEquals(List.of(), network.sent());
        assertFalse(network.east().state() == TunnelState.UP);
        network.input(network.east(), new IkeInput.TunnelUp(TUNNEL));
        network.runUntil(Agreement::isOneOfEach, SOON);
    }

    @Test
    void anAddressInPlaceOfTheNameCountsAtOnce() {
        SimulatedNetwork network = network();
        network.input(network.east(), new IkeInput.TunnelConfigured(Settings.east().build()));
        network.runUntil(Agreement::isOneOfEach, SOON);
    }
}
