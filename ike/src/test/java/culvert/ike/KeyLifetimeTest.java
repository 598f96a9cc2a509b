package culvert.ike;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.ike.crypto.IkeSaKeys;
import culvert.model.Secret;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Keys end with their SA, and nothing prints them. */
class KeyLifetimeTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    private final SimulatedNetwork network =
            new SimulatedNetwork(Settings.east().build(), Settings.west().respond().build(), 29);

    @BeforeEach
    void up() {
        network.up();
        network.runUntil(Agreement::isOneOfEach, SOON);
    }

    private static void assertWiped(IkeSaKeys keys) {
        for (Secret secret : List.of(keys.skD(), keys.skPi(), keys.skPr())) {
            assertTrue(secret.isWiped());
        }
    }

    private static IkeSaKeys keys(SimulatedGateway gateway) {
        return gateway.ikeSas().getFirst().channel().keys();
    }

    @Test
    void deletedIkeSaLeavesNoKeys() {
        IkeSaKeys east = keys(network.east());
        IkeSaKeys west = keys(network.west());
        network.input(network.east(), new IkeInput.TunnelDown(Settings.TUNNEL));
        network.runFor(Duration.ofSeconds(1));

        assertWiped(east);
        assertWiped(west);
    }

    @Test
    void rekeyedIkeSaLeavesNoKeys() {
        IkeSaKeys east = keys(network.east());
        IkeSaKeys west = keys(network.west());
        network.input(network.west(), new IkeInput.RekeyIkeSa(Settings.TUNNEL));
        network.runFor(Duration.ofSeconds(1));

        assertWiped(east);
        assertWiped(west);
        assertFalse(keys(network.east()).skD().isWiped());
    }

    @Test
    void deadPeerLeavesNoKeys() {
        IkeSaKeys east = keys(network.east());
        network.onlyIf(transmit -> false);
        network.runFor(Duration.ofSeconds(37));

        assertWiped(east);
    }

    @Test
    void outboundKeysThatWereNeverUsedAreWiped() {
        // The peer rekeys and deletes both at once: our half of the new SA was never installed.
        network.input(network.east(), new IkeInput.RekeyChildSa(Settings.TUNNEL));
        network.onlyIf(transmit -> transmit.local().getAddress().equals(Settings.EAST));
        network.runFor(Duration.ofMillis(6));
        List<ChildSa> children = new ArrayList<>(network.west().ikeSas().getFirst().children());
        assertEquals(2, children.size());
        Secret pending = children.get(1).pendingKeymat().orElseThrow();
        network.input(network.west(), new IkeInput.TunnelDown(Settings.TUNNEL));

        assertTrue(pending.isWiped());
    }

    @Test
    void nothingPrintsKeys() {
        String hex =
                java.util.HexFormat.of()
                        .formatHex(network.east().outbound().orElseThrow().sa().keymat().octets());
        String psk = "a secret of both sides";
        String printed =
                network.east().history() + network.east().log() + network.east().settings();

        assertFalse(printed.contains(hex));
        assertFalse(printed.contains(psk));
    }

    @Test
    void spisAreReturnedWhenNothingComesOfThem() {
        SimulatedNetwork refused =
                new SimulatedNetwork(
                        Settings.east().preSharedKey("one").build(),
                        Settings.west().respond().preSharedKey("two").build(),
                        31);
        refused.up();
        refused.runFor(Duration.ofHours(2));

        assertTrue(refused.east().status(refused.nowNanos()).attempts() > 50);
        assertTrue(refused.east().endpoint().ikeSas().size() <= 2);
        assertTrue(refused.west().endpoint().ikeSas().size() <= 8);
    }
}
