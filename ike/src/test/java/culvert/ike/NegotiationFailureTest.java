package culvert.ike;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.ike.message.ExchangeType;
import culvert.ike.message.IkeHeader;
import culvert.ike.message.IkeSpi;
import culvert.ike.message.MessageEncoder;
import culvert.ike.message.NotifyPayload;
import culvert.ike.message.NotifyType;
import culvert.ike.message.Octets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Attempts that come to nothing: what both ends say, and that they go on. */
class NegotiationFailureTest {
    private SimulatedNetwork network = start(Settings.east(), Settings.west());

    private static SimulatedNetwork start(Settings east, Settings west) {
        SimulatedNetwork network = new SimulatedNetwork(east.build(), west.respond().build(), 3);
        network.up();
        return network;
    }

    private String reason(SimulatedGateway gateway) {
        return gateway.status(network.nowNanos()).reason().orElse("none");
    }

    private static IkeEvent warning(SimulatedGateway gateway) {
        return gateway.events().stream()
                .filter(event -> event.severity() == IkeEvent.Severity.WARNING)
                .findFirst()
                .orElseThrow();
    }

    private void assertNothingInstalled() {
        for (SimulatedGateway end : List.of(network.east(), network.west())) {
            assertEquals(TunnelState.CONNECTING, end.state());
            assertTrue(end.inbound().isEmpty());
            assertTrue(end.outbound().isEmpty());
        }
    }

    @Test
    void silenceSaysWhatToCheck() {
        network = new SimulatedNetwork(Settings.east().build(), Settings.west().build(), 3);
        network.onlyIf(transmit -> false);
        network.input(network.east(), new IkeInput.TunnelUp(Settings.TUNNEL));
        network.runFor(Duration.ofSeconds(31));

        assertEquals(
                "198.18.0.11 does not answer IKE_SA_INIT (6 tries in 30 s): check that UDP 500"
                        + " and 4500 reach it",
                reason(network.east()));
        assertEquals(6, network.sent().size());
        assertEquals(5, network.east().status(network.nowNanos()).retransmits());
    }

    @Test
    void silenceAfterTheFirstExchangeBlamesPort4500() {
        network =
                new SimulatedNetwork(Settings.east().build(), Settings.west().respond().build(), 3);
        network.onlyIf(transmit -> transmit.local().getPort() == 500);
        network.up();
        network.runFor(Duration.ofSeconds(31));

        assertTrue(reason(network.east()).contains("not IKE_AUTH"), reason(network.east()));
        assertTrue(reason(network.east()).contains("4500"), reason(network.east()));
    }

    @Test
    void attemptsGoOnForEverWithBackOff() {
        network = new SimulatedNetwork(Settings.east().build(), Settings.west().build(), 3);
        network.onlyIf(transmit -> false);
        network.input(network.east(), new IkeInput.TunnelUp(Settings.TUNNEL));
        network.runFor(Duration.ofHours(2));

        IkeTunnelStatus status = network.east().status(network.nowNanos());
        // Each attempt takes 30 s and each pause at most 60.
        assertTrue(status.attempts() >= 80 && status.attempts() <= 240, status::toString);
        assertEquals(TunnelState.CONNECTING, status.state());
        // The log does not fill up: one line a minute at most.
        assertTrue(network.east().events().size() <= 121, "" + network.east().events().size());

        network.loseNothing();
        network.input(network.west(), new IkeInput.TunnelUp(Settings.TUNNEL));
        network.runUntil(Agreement::isOneOfEach, Duration.ofSeconds(100));
    }

    @Test
    void wrongPreSharedKeyIsNamedAtBothEnds() {
        // IKE_AUTH {..., AUTH, ...} -->   <-- {N(AUTHENTICATION_FAILED)}
        network = start(Settings.east().preSharedKey("one"), Settings.west().preSharedKey("two"));
        network.runFor(Duration.ofSeconds(1));

        assertNothingInstalled();
        assertEquals(
                "peer 198.18.0.11 refused our identity or pre-shared key (AUTHENTICATION_FAILED):"
                        + " compare the PSK and both identities on both sides;"
                        + " we said we are 198.18.0.1",
                reason(network.east()));
        assertEquals("AUTHENTICATION_FAILED", warning(network.east()).peerSaid().orElseThrow());
        assertTrue(reason(network.west()).contains("does not know our pre-shared key"));
        assertFalse(network.west().log().contains("two"));
        assertEquals(1, network.west().count(IkeCounter.AUTHENTICATION_FAILURES));
    }

    @Test
    void identitiesMustMatchExactly() {
        network =
                start(
                        Settings.east().localIdentity("east.example"),
                        Settings.west().peerIdentity("east.example.org"));
        network.runFor(Duration.ofSeconds(1));

        assertNothingInstalled();
        assertTrue(warning(network.west()).peerSaid().orElseThrow().contains("east.example"));
        assertTrue(warning(network.west()).weSaid().orElseThrow().contains("east.example.org"));
    }

    @Test
    void responderThatIsNotAskedForAnswersNothing() {
        // IKE_AUTH {IDi, IDr(west.example), ...} -->   <-- {N(AUTHENTICATION_FAILED)}
        network = start(Settings.east().peerIdentity("west.example"), Settings.west());
        network.runFor(Duration.ofSeconds(1));

        assertNothingInstalled();
        assertTrue(warning(network.west()).peerSaid().orElseThrow().contains("west.example"));
    }

    @Test
    void noCommonIkeProposalShowsBothLists() {
        // IKE_SA_INIT -->   <-- {N(NO_PROPOSAL_CHOSEN)}
        network =
                start(
                        Settings.east().ike("aes128gcm16-prfsha256-curve25519"),
                        Settings.west().ike("aes256gcm16-prfsha384-ecp384"));
        network.runFor(Duration.ofSeconds(5));

        assertNothingInstalled();
        assertEquals("NO_PROPOSAL_CHOSEN", warning(network.east()).peerSaid().orElseThrow());
        assertEquals(
                "aes128gcm16-prfsha256-curve25519",
                warning(network.west()).peerSaid().orElseThrow());
        assertEquals(
                "[aes256gcm16-prfsha384-ecp384]", warning(network.west()).weSaid().orElseThrow());
        assertTrue(network.west().ikeSas().isEmpty());
    }

    @Test
    void refusalEndsTheAttemptSoonerThanSilence() {
        network =
                start(
                        Settings.east().ike("aes128gcm16-prfsha256-curve25519"),
                        Settings.west().ike("aes256gcm16-prfsha384-ecp384"));
        network.runFor(Duration.ofSeconds(4));

        assertTrue(
                network.east().status(network.nowNanos()).nextAttemptSeconds().isPresent()
                        || network.east().status(network.nowNanos()).attempts() > 1);
    }

    @Test
    void forgedRefusalDoesNotStopTheAttempt() {
        // <-- {N(NO_PROPOSAL_CHOSEN)} from an attacker, then the true answer (2.21.1)
        network =
                new SimulatedNetwork(Settings.east().build(), Settings.west().respond().build(), 3);
        network.input(network.west(), new IkeInput.TunnelUp(Settings.TUNNEL));
        network.input(network.east(), new IkeInput.TunnelUp(Settings.TUNNEL));
        for (int type :
                new int[] {
                    NotifyType.NO_PROPOSAL_CHOSEN,
                    NotifyType.INVALID_SYNTAX,
                    NotifyType.AUTHENTICATION_FAILED
                }) {
            network.inject(network.east(), initResponse(NotifyPayload.of(type)));
        }
        network.runUntil(Agreement::isOneOfEach, Duration.ofSeconds(1));
    }

    /** An answer to the first message of the eastern gateway. */
    private IkeAction.Transmit initResponse(NotifyPayload notify) {
        IkeAction.Transmit request = network.sent().getFirst();
        IkeHeader header =
                new IkeHeader(
                        Messages.header(request).initiatorSpi(),
                        IkeSpi.NONE,
                        ExchangeType.IKE_SA_INIT,
                        false,
                        true,
                        0);
        return new IkeAction.Transmit(
                request.remote(), request.local(), MessageEncoder.encode(header, List.of(notify)));
    }

    @Test
    void groupThatWeDoNotAllowIsNotFollowed() {
        network = new SimulatedNetwork(Settings.east().build(), Settings.west().build(), 3);
        network.onlyIf(transmit -> false);
        network.input(network.east(), new IkeInput.TunnelUp(Settings.TUNNEL));
        // modp1024, which anyone on the path may ask for
        network.inject(
                network.east(),
                initResponse(
                        NotifyPayload.of(NotifyType.INVALID_KE_PAYLOAD, Octets.ofHex("0002"))));
        network.runFor(Duration.ofSeconds(4));

        assertTrue(reason(network.east()).contains("group"), reason(network.east()));
        assertTrue(warning(network.east()).peerSaid().orElseThrow().contains("group 2"));
    }

    @Test
    void quarrelAboutGroupsEnds() {
        network =
                new SimulatedNetwork(
                        Settings.east()
                                .ike(
                                        "aes128gcm16-prfsha256-curve25519",
                                        "aes128gcm16-prfsha256-ecp256")
                                .build(),
                        Settings.west().build(),
                        3);
        network.onlyIf(transmit -> false);
        network.input(network.east(), new IkeInput.TunnelUp(Settings.TUNNEL));
        for (int i = 0; i < 20; i++) {
            network.inject(
                    network.east(),
                    initResponse(
                            NotifyPayload.of(
                                    NotifyType.INVALID_KE_PAYLOAD,
                                    Octets.ofHex(i % 2 == 0 ? "0013" : "001f"))));
        }

        assertEquals(6, network.sent().size());
    }

    @Test
    void noCommonEspProposalEndsTheAttempt() {
        // IKE_AUTH -->           <-- {IDr, AUTH, N(NO_PROPOSAL_CHOSEN)}
        // INFORMATIONAL {D} -->  <-- {}
        network = start(Settings.east().esp("aes128gcm16"), Settings.west().esp("aes256gcm16"));
        network.runFor(Duration.ofMillis(200));

        assertNothingInstalled();
        assertEquals(
                "peer 198.18.0.11 refused our ESP proposals (NO_PROPOSAL_CHOSEN): give both"
                        + " sides one in common; we said [aes128gcm16]",
                reason(network.east()));
        assertTrue(network.east().ikeSas().isEmpty());
        assertTrue(network.west().ikeSas().isEmpty());
        assertTrue(network.east().status(network.nowNanos()).nextAttemptSeconds().isPresent());
    }

    @Test
    void selectorsWithNothingInCommonEndTheAttempt() {
        // IKE_AUTH -->           <-- {IDr, AUTH, N(TS_UNACCEPTABLE)}
        network =
                start(
                        Settings.east().selectors("10.1.0.0/16", "10.2.0.0/16"),
                        Settings.west().selectors("10.3.0.0/16", "10.1.0.0/16"));
        network.runFor(Duration.ofMillis(200));

        assertNothingInstalled();
        assertTrue(reason(network.east()).contains("TS_UNACCEPTABLE"), reason(network.east()));
        assertTrue(reason(network.west()).contains("traffic selectors"), reason(network.west()));
        assertTrue(network.west().ikeSas().isEmpty());
    }

    @Test
    void familiesThatDifferHaveNothingInCommon() {
        network =
                start(
                        Settings.east().selectors("::/0", "::/0"),
                        Settings.west().selectors("0.0.0.0/0", "0.0.0.0/0"));
        network.runFor(Duration.ofMillis(200));

        assertTrue(reason(network.east()).contains("TS_UNACCEPTABLE"), reason(network.east()));
    }
}
