package culvert.ike;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.ike.message.ExchangeType;
import culvert.ike.message.IkeHeader;
import culvert.ike.message.MessageDecoder;
import culvert.model.Encapsulation;
import culvert.model.TrafficSelector;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** IKE_SA_INIT and IKE_AUTH between two of us. */
class EstablishmentTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    private static SimulatedNetwork up(Settings east, Settings west) {
        SimulatedNetwork network = new SimulatedNetwork(east.build(), west.build(), 1);
        network.up();
        network.runUntil(Agreement::isOneOfEach, SOON);
        Agreement.assertOneOfEach(network);
        return network;
    }

    @Test
    void fourMessagesMakeATunnel() {
        // IKE_SA_INIT {SAi1, KEi, Ni, NATD} -->
        //                                      <-- {SAr1, KEr, Nr, NATD}
        // IKE_AUTH {IDi, IDr, AUTH, SAi2, TSi, TSr} -->
        //                                      <-- {IDr, AUTH, SAr2, TSi, TSr}
        SimulatedNetwork network = up(Settings.east(), Settings.west().respond());

        List<IkeHeader> headers =
                network.sent().stream()
                        .map(t -> MessageDecoder.peekHeader(t.message()).orElseThrow())
                        .toList();
        assertEquals(
                List.of(
                        ExchangeType.IKE_SA_INIT,
                        ExchangeType.IKE_SA_INIT,
                        ExchangeType.IKE_AUTH,
                        ExchangeType.IKE_AUTH),
                headers.stream().map(IkeHeader::exchangeType).toList());
        assertEquals(List.of(0, 0, 1, 1), headers.stream().map(IkeHeader::messageId).toList());
        assertEquals(
                List.of(500, 500, 4500, 4500),
                network.sent().stream().map(t -> t.local().getPort()).toList());
    }

    @Test
    void responderInstallsInboundBeforeItAnswers() {
        SimulatedNetwork network = up(Settings.east(), Settings.west().respond());

        List<IkeAction> actions = network.west().history();
        int install = indexOf(actions, IkeAction.InstallInboundSa.class, 0);
        int answer = indexOf(actions, IkeAction.Transmit.class, 1);
        assertTrue(install < answer, actions::toString);
    }

    private static int indexOf(List<IkeAction> actions, Class<?> kind, int skip) {
        List<Integer> indexes =
                java.util.stream.IntStream.range(0, actions.size())
                        .filter(i -> kind.isInstance(actions.get(i)))
                        .boxed()
                        .toList();
        return indexes.get(skip);
    }

    @Test
    void bothMayInitiate() {
        up(Settings.east(), Settings.west());
    }

    @Test
    void twoRespondersWaitForever() {
        SimulatedNetwork network =
                new SimulatedNetwork(
                        Settings.east().respond().build(), Settings.west().respond().build(), 1);
        network.up();
        network.runFor(Duration.ofHours(1));

        assertEquals(List.of(), network.sent());
        assertEquals(TunnelState.CONNECTING, network.east().state());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "aes256gcm16-prfsha384-ecp384",
                "aes128gcm16-prfsha256-modp2048",
                "aes128-sha256-ecp256",
                "aes256-sha512-curve25519",
                "aes128-sha1-curve25519",
                "aes256-sha384-prfsha512-ecp521"
            })
    void everyKindOfSuiteWorks(String suite) {
        SimulatedNetwork network =
                up(Settings.east().ike(suite), Settings.west().ike(suite).respond());

        assertEquals(suite, network.east().status(network.nowNanos()).ike().orElseThrow().suite());
    }

    @Test
    void responderChoosesTheFirstOfItsOwnOrder() {
        SimulatedNetwork network =
                up(
                        Settings.east()
                                .ike(
                                        "aes128-sha256-curve25519",
                                        "aes256gcm16-prfsha256-curve25519"),
                        Settings.west()
                                .respond()
                                .ike(
                                        "aes256gcm16-prfsha256-curve25519",
                                        "aes128-sha256-curve25519"));

        assertEquals(
                "aes256gcm16-prfsha256-curve25519",
                network.east().status(network.nowNanos()).ike().orElseThrow().suite());
    }

    @Test
    void responderAsksForAnotherGroup() {
        // IKE_SA_INIT {SA, KE(curve25519), N} -->   <-- {N(INVALID_KE_PAYLOAD, ecp256)}
        // IKE_SA_INIT {SA, KE(ecp256), N} -->       <-- {SA, KE(ecp256), N}
        SimulatedNetwork network =
                up(
                        Settings.east()
                                .ike(
                                        "aes128gcm16-prfsha256-curve25519",
                                        "aes128gcm16-prfsha256-ecp256"),
                        Settings.west().respond().ike("aes128gcm16-prfsha256-ecp256"));

        assertEquals(6, network.sent().size());
        assertEquals(
                "aes128gcm16-prfsha256-ecp256",
                network.east().status(network.nowNanos()).ike().orElseThrow().suite());
    }

    @Test
    void espChoiceFollowsTheRespondersOrder() {
        SimulatedNetwork network =
                up(
                        Settings.east().esp("aes128gcm16", "aes256gcm16-ecp256"),
                        Settings.west().respond().esp("aes256gcm16-ecp256", "aes128gcm16"));

        assertEquals(
                "aes256gcm16",
                network.east().status(network.nowNanos()).child().orElseThrow().suite().keyword());
    }

    @Test
    void selectorsAreNarrowedToWhatBothAllow() {
        SimulatedNetwork network =
                up(
                        Settings.east().selectors("10.1.0.0/16", "0.0.0.0/0"),
                        Settings.west().respond().selectors("10.2.0.0/16", "10.0.0.0/8"));

        ChildSaStatus child = network.east().status(network.nowNanos()).child().orElseThrow();
        assertEquals("10.1.0.0-10.1.255.255", text(child.localSelectors()));
        assertEquals("10.2.0.0-10.2.255.255", text(child.remoteSelectors()));
    }

    private static String text(List<TrafficSelector> selectors) {
        return String.join(",", selectors.stream().map(TrafficSelector::toString).toList());
    }

    @Test
    void forcedEncapsulationIsNoNat() {
        SimulatedNetwork network = up(Settings.east(), Settings.west().respond());

        IkeTunnelStatus status = network.east().status(network.nowNanos());
        assertFalse(status.natDetected());
        assertEquals(Encapsulation.UDP, status.encapsulation());
        assertEquals(
                Encapsulation.UDP, network.east().outbound().orElseThrow().sa().encapsulation());
        assertEquals(4500, status.local().getPort());
        assertEquals(4500, status.remote().orElseThrow().getPort());
        assertEquals(4500, network.east().outbound().orElseThrow().peer().getPort());
        // The peer believes in a NAT in front of us, which is what makes it encapsulate.
        assertTrue(network.west().ikeSas().getFirst().path().nat().peerIsBehindNat());
    }

    @Test
    void withoutNatAutoStaysOnPort500() {
        SimulatedNetwork network =
                up(
                        Settings.east().encapsulation(Encapsulation.AUTO),
                        Settings.west().respond().encapsulation(Encapsulation.AUTO));

        IkeTunnelStatus status = network.east().status(network.nowNanos());
        assertEquals(Encapsulation.ESP, status.encapsulation());
        assertEquals(500, status.local().getPort());
        assertFalse(status.natDetected());
        for (SimulatedGateway end : List.of(network.east(), network.west())) {
            assertEquals(Encapsulation.ESP, end.outbound().orElseThrow().sa().encapsulation());
        }
    }

    @Test
    void statusNamesRolesSpisAndTimes() {
        SimulatedNetwork network = up(Settings.east(), Settings.west().respond());
        network.runFor(Duration.ofSeconds(100));

        IkeTunnelStatus east = network.east().status(network.nowNanos());
        IkeTunnelStatus west = network.west().status(network.nowNanos());
        assertEquals(TunnelState.UP, east.state());
        assertEquals("initiator", east.ike().orElseThrow().role());
        assertEquals("responder", west.ike().orElseThrow().role());
        assertEquals(
                east.ike().orElseThrow().responderSpi(), west.ike().orElseThrow().responderSpi());
        assertEquals(east.child().orElseThrow().spiIn(), west.child().orElseThrow().spiOut());
        long established = east.ike().orElseThrow().establishedSeconds();
        assertTrue(established >= 99 && established <= 101, "" + established);
        long rekeyIn = east.child().orElseThrow().rekeyInSeconds();
        assertTrue(rekeyIn >= 3600 * 0.80 - 102 && rekeyIn <= 3600 * 0.85 - 98, "" + rekeyIn);
        assertEquals(1, east.attempts());
    }

    @Test
    void keysAreExportedOnlyWhenAskedFor() {
        SimulatedNetwork network = up(Settings.east().exportKeys(), Settings.west().respond());

        List<KeyExport> exports =
                network.east().history().stream()
                        .filter(IkeAction.ExportKeys.class::isInstance)
                        .map(action -> ((IkeAction.ExportKeys) action).keys())
                        .toList();
        assertEquals(3, exports.size());
        KeyExport.EspSa outbound = (KeyExport.EspSa) exports.get(2);
        assertEquals(
                java.util.HexFormat.of()
                        .formatHex(network.east().outbound().orElseThrow().sa().keymat().octets()),
                outbound.keymatHex());
        assertFalse(outbound.toString().contains(outbound.keymatHex()));
        assertTrue(
                network.west().history().stream()
                        .noneMatch(IkeAction.ExportKeys.class::isInstance));
    }

    @Test
    void gatewaysMayHaveIpv6Addresses() {
        InetAddress east = InetAddress.ofLiteral("2001:db8::1");
        InetAddress west = InetAddress.ofLiteral("2001:db8::2");
        SimulatedNetwork network =
                up(Settings.between(east, west), Settings.between(west, east).respond());

        assertEquals(west, network.east().outbound().orElseThrow().peer().getAddress());
    }

    @Test
    void identitiesChooseAmongTunnelsWithOnePeerAddress() {
        // Two tunnels of west to east's address; east is the second of them.
        SimulatedGateway west =
                new SimulatedGateway(
                        List.of(
                                Settings.west()
                                        .name("other")
                                        .respond()
                                        .peerIdentity("other.example")
                                        .preSharedKey("another secret")
                                        .build(),
                                Settings.west()
                                        .name("east")
                                        .respond()
                                        .peerIdentity("east.example")
                                        .build()),
                        2);
        SimulatedGateway east =
                new SimulatedGateway(
                        List.of(Settings.east().localIdentity("east.example").build()), 3);
        west.handle(new IkeInput.TunnelUp("other"), 0);
        west.handle(new IkeInput.TunnelUp("east"), 0);
        List<IkeAction.Transmit> toWest = east.handle(new IkeInput.TunnelUp("t"), 0);
        for (int i = 0; i < 2; i++) {
            IkeAction.Transmit request = toWest.getFirst();
            IkeAction.Transmit response =
                    west.handle(
                                    new IkeInput.DatagramReceived(
                                            request.remote(), request.local(), request.message()),
                                    0)
                            .getFirst();
            toWest =
                    east.handle(
                            new IkeInput.DatagramReceived(
                                    response.remote(), response.local(), response.message()),
                            0);
        }

        assertEquals(TunnelState.UP, east.state());
        assertEquals(TunnelState.UP, west.endpoint().status("east", 0).state());
        assertEquals(TunnelState.CONNECTING, west.endpoint().status("other", 0).state());
    }
}
