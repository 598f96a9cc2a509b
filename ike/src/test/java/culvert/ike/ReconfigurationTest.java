package culvert.ike;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.model.Spi;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Settings that change while the tunnel is up, tunnels that come and go. */
class ReconfigurationTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String TUNNEL = Settings.TUNNEL;
    private static final String[] TWO_SUITES = {
        "aes128gcm16-prfsha256-curve25519", "aes256gcm16-prfsha384-ecp256"
    };

    private SimulatedNetwork network =
            new SimulatedNetwork(Settings.east().build(), Settings.west().respond().build(), 1);

    @BeforeEach
    void up() {
        Settings west = Settings.west().respond().ike(TWO_SUITES).esp("aes128gcm16", "aes256gcm16");
        network = new SimulatedNetwork(Settings.east().build(), west.build(), 7);
        network.up();
        network.runUntil(Agreement::isOneOfEach, SOON);
        network.startTraffic();
    }

    private void configure(Settings settings) {
        network.input(network.east(), new IkeInput.TunnelConfigured(settings.build()));
    }

    private Spi spi() {
        return network.east().outbound().orElseThrow().sa().spi();
    }

    private void assertNothingHappened(Spi before) {
        Agreement.assertOneOfEach(network);
        assertEquals(before, spi());
        assertEquals(0, network.packetsLost());
    }

    @Test
    void theSameSettingsChangeNothing() {
        Spi before = spi();
        int sent = network.sent().size();
        configure(Settings.east());
        assertEquals(sent, network.sent().size());
        network.runFor(SOON);
        assertNothingHappened(before);
    }

    @Test
    void newLifetimesProposalsAndRolesLeaveTheSasAlone() {
        Spi before = spi();
        configure(
                Settings.east()
                        .respond()
                        .ike("aes256gcm16-prfsha384-ecp256")
                        .esp("aes256gcm16")
                        .espLifetime(Duration.ofMinutes(30)));
        network.runFor(SOON);
        assertNothingHappened(before);
    }

    @Test
    void aRekeyTakesTheNewProposals() {
        configure(Settings.east().ike("aes256gcm16-prfsha384-ecp256").esp("aes256gcm16"));
        network.input(network.east(), new IkeInput.RekeyIkeSa(TUNNEL));
        network.input(network.east(), new IkeInput.RekeyChildSa(TUNNEL));
        network.runFor(SOON);
        Agreement.assertOneOfEach(network);
        assertEquals(0, network.packetsLost());
        IkeTunnelStatus status = network.east().status(network.nowNanos());
        assertEquals("aes256gcm16-prfsha384-ecp256", status.ike().orElseThrow().suite());
        assertEquals("aes256gcm16", status.child().orElseThrow().suite().keyword());
    }

    /** CREATE_CHILD_SA {old proposals} --> (settings change) <-- {one of the old proposals} */
    @Test
    void anIkeRekeyUnderWayIsFinishedAsItWasOffered() {
        network.input(network.east(), new IkeInput.RekeyIkeSa(TUNNEL));
        configure(Settings.east().ike("aes256gcm16-prfsha384-ecp256").esp("aes256gcm16"));
        network.runFor(SOON);
        Agreement.assertOneOfEach(network);
        assertEquals(0, network.packetsLost());
        assertEquals(
                "aes128gcm16-prfsha256-curve25519",
                network.east().status(network.nowNanos()).ike().orElseThrow().suite());
    }

    @Test
    void aChildRekeyUnderWayIsFinishedAsItWasOffered() {
        Spi before = spi();
        network.input(network.east(), new IkeInput.RekeyChildSa(TUNNEL));
        configure(Settings.east().esp("aes256gcm16"));
        network.runFor(SOON);
        Agreement.assertOneOfEach(network);
        assertNotEquals(before, spi());
        assertEquals(0, network.packetsLost());
    }

    @Test
    void anotherDpdTimeoutCountsForSasThatAreThere() {
        network =
                new SimulatedNetwork(Settings.east().build(), Settings.west().respond().build(), 7);
        network.up();
        network.runUntil(Agreement::isOneOfEach, SOON);
        IkeTunnelSettings quick = quicker(Settings.east().build());
        network.input(network.east(), new IkeInput.TunnelConfigured(quick));
        network.onlyIf(transmit -> false);
        network.runUntil(n -> n.east().state() != TunnelState.UP, Duration.ofSeconds(6));
    }

    private static IkeTunnelSettings quicker(IkeTunnelSettings s) {
        return new IkeTunnelSettings(
                s.name(),
                s.role(),
                s.localAddress(),
                s.peer(),
                s.localIdentity(),
                s.peerIdentity(),
                s.credentials(),
                s.ppk(),
                s.ikeProposals(),
                s.ikeLifetime(),
                s.espProposals(),
                s.espLifetime(),
                s.replayWindow(),
                s.encapsulation(),
                Duration.ofSeconds(1),
                Duration.ofSeconds(4),
                s.localSelectors(),
                s.remoteSelectors(),
                s.exportKeys());
    }

    @Test
    void aTunnelThatGoesDownComesBackUnderItsNewKey() {
        network.input(network.east(), new IkeInput.TunnelDown(TUNNEL));
        network.runUntil(n -> n.east().ikeSas().isEmpty(), SOON);
        configure(Settings.east().preSharedKey("rotated"));
        network.input(
                network.west(),
                new IkeInput.TunnelConfigured(
                        Settings.west().respond().ike(TWO_SUITES).preSharedKey("rotated").build()));
        network.input(network.east(), new IkeInput.TunnelUp(TUNNEL));
        network.runUntil(Agreement::isOneOfEach, SOON);
    }

    @Test
    void aTunnelThatIsRemovedLeavesNothing() {
        network.input(network.east(), new IkeInput.RekeyChildSa(TUNNEL));
        network.runFor(SOON);
        network.input(network.east(), new IkeInput.TunnelRemoved(TUNNEL));
        assertEquals(List.of(), List.copyOf(network.east().inbound().keySet()));
        assertTrue(network.east().outbound().isEmpty());
        assertEquals(TunnelState.DOWN, network.east().state());
        IkeEndpoint endpoint = network.east().endpoint();
        assertEquals(Long.MAX_VALUE, endpoint.nextDeadlineNanos(network.nowNanos()));
        assertThrows(
                IllegalArgumentException.class, () -> endpoint.status(TUNNEL, network.nowNanos()));

        // What the peer still sends finds nobody, and a new tunnel of that name starts clean.
        network.runFor(SOON);
        configure(Settings.east());
        network.input(network.east(), new IkeInput.TunnelUp(TUNNEL));
        network.runUntil(Agreement::isOneOfEach, Duration.ofMinutes(2));
    }

    @Test
    void removingATunnelThatIsNotThereIsTheCallersMistake() {
        IkeEndpoint endpoint = network.east().endpoint();
        assertThrows(
                IllegalArgumentException.class,
                () -> endpoint.handle(new IkeInput.TunnelRemoved("other"), network.nowNanos(), 0));
    }

    /** At any moment of a life with rekeys, settings may change and nothing is lost by that. */
    @Test
    void settingsMayChangeAtAnyMoment() {
        for (long seed = 1; seed <= 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            up();
            for (int step = 0; step < 8; step++) {
                if (random.nextBoolean()) {
                    network.input(
                            random.nextBoolean() ? network.east() : network.west(),
                            random.nextBoolean()
                                    ? new IkeInput.RekeyIkeSa(TUNNEL)
                                    : new IkeInput.RekeyChildSa(TUNNEL));
                }
                network.runFor(Duration.ofMillis(random.nextInt(20)));
                configure(
                        Settings.east()
                                .ike(TWO_SUITES[random.nextInt(2)])
                                .esp(random.nextBoolean() ? "aes128gcm16" : "aes256gcm16"));
                network.runFor(Duration.ofMillis(random.nextInt(20)));
            }
            network.runFor(Duration.ofMinutes(3));
            assertTrue(Agreement.isOneOfEach(network), "seed " + seed);
            assertEquals(0, network.packetsLost(), "seed " + seed);
        }
    }
}
