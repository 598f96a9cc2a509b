package culvert.ike;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.ike.SimulatedNetwork.Weather;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Whatever the network does, when it calms down both ends have one IKE SA and one CHILD SA, the
 * same ones. Each run draws the weather, the roles and what operators do from its seed.
 *
 * <p>{@code -Dsim.runs=} makes more runs, {@code -Dsim.seed=} replays one.
 */
class LossyNetworkSimTest {
    private static final int RUNS = Integer.getInteger("sim.runs", 2_000);
    private static final long FIRST_SEED = 20_260_101;

    private final Map<IkeCounter, Long> met = new EnumMap<>(IkeCounter.class);

    @Test
    void everyRunEndsWithOneOfEach() {
        Long replayed = Long.getLong("sim.seed");
        if (replayed != null) {
            run(replayed);
            return;
        }
        for (long seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++) {
            run(seed);
        }
        assertWeatherWasBad();
    }

    /** A simulation that never meets trouble shows nothing. */
    private void assertWeatherWasBad() {
        for (IkeCounter counter :
                new IkeCounter[] {
                    IkeCounter.RETRANSMITS_SENT,
                    IkeCounter.RETRANSMITS_ANSWERED,
                    IkeCounter.DROPPED_RESPONSE_TO_NOTHING,
                    IkeCounter.DROPPED_MESSAGE_ID,
                    IkeCounter.DROPPED_UNKNOWN_SPI,
                    IkeCounter.DEAD_PEERS,
                    IkeCounter.IKE_SAS_REKEYED,
                    IkeCounter.CHILD_SAS_ESTABLISHED
                }) {
            assertTrue(met.getOrDefault(counter, 0L) > RUNS / 100, counter + " " + met);
        }
    }

    private void run(long seed) {
        try {
            storm(seed);
        } catch (AssertionError | RuntimeException failure) {
            throw new AssertionError("failed with -Dsim.seed=" + seed, failure);
        }
    }

    private void storm(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Settings east = Settings.east();
        Settings west = Settings.west();
        if (random.nextBoolean()) {
            west.respond();
        }
        if (random.nextBoolean()) {
            east.esp("aes128gcm16-curve25519");
            west.esp("aes128gcm16-curve25519");
        }
        if (random.nextInt(4) == 0) {
            east.ike("aes128gcm16-prfsha256-curve25519-ke1_mlkem768");
            west.ike("aes128gcm16-prfsha256-curve25519-ke1_mlkem768");
        }
        if (random.nextInt(8) == 0) {
            east.esp("aes128gcm16-curve25519-ke1_mlkem768");
            west.esp("aes128gcm16-curve25519-ke1_mlkem768");
        }
        SimulatedNetwork network =
                new SimulatedNetwork(east.build(), west.build(), random.nextLong());
        network.weather(
                new Weather(
                        random.nextDouble() * 0.5,
                        random.nextDouble() * 0.2,
                        Duration.ofMillis(1),
                        Duration.ofMillis(random.nextLong(1, 400))));
        network.up();
        int deeds = random.nextInt(1, 8);
        for (int i = 0; i < deeds; i++) {
            network.runFor(Duration.ofMillis(random.nextLong(1, 20_000)));
            SimulatedGateway one = random.nextBoolean() ? network.east() : network.west();
            act(network, one, random);
        }
        network.weather(Weather.CALM);
        network.runUntil(Agreement::isOneOfEach, Duration.ofMinutes(10));
        // And it stays so.
        network.runFor(Duration.ofMinutes(2));
        network.runUntil(Agreement::isOneOfEach, Duration.ofMinutes(1));
        Agreement.assertOneOfEach(network);
        count(network.east());
        count(network.west());
        rekeyWhilePacketsFlow(network, random);
    }

    private void count(SimulatedGateway gateway) {
        for (IkeCounter counter : IkeCounter.values()) {
            met.merge(counter, gateway.count(counter), Long::sum);
        }
    }

    /** Messages overtake each other and come twice, none is lost: no packet is lost either. */
    private static void rekeyWhilePacketsFlow(SimulatedNetwork network, SplittableRandom random) {
        network.weather(
                new Weather(
                        0,
                        random.nextDouble() * 0.3,
                        Duration.ofMillis(1),
                        Duration.ofMillis(random.nextLong(1, 200))));
        network.startTraffic();
        for (int i = 0; i < 6; i++) {
            SimulatedGateway one = random.nextBoolean() ? network.east() : network.west();
            network.input(
                    one,
                    random.nextInt(3) == 0
                            ? new IkeInput.RekeyIkeSa(Settings.TUNNEL)
                            : new IkeInput.RekeyChildSa(Settings.TUNNEL));
            network.runFor(Duration.ofMillis(random.nextLong(1, 1_500)));
        }
        network.runUntil(Agreement::isOneOfEach, Duration.ofMinutes(1));
        Agreement.assertOneOfEach(network);
        assertEquals(0, network.packetsLost());
    }

    private static void act(
            SimulatedNetwork network, SimulatedGateway gateway, SplittableRandom random) {
        String tunnel = Settings.TUNNEL;
        switch (random.nextInt(6)) {
            case 0, 1 -> network.input(gateway, new IkeInput.RekeyChildSa(tunnel));
            case 2, 3 -> network.input(gateway, new IkeInput.RekeyIkeSa(tunnel));
            case 4 -> {
                gateway.restart(random.nextLong());
                network.input(gateway, new IkeInput.TunnelUp(tunnel));
            }
            default -> {
                network.input(gateway, new IkeInput.TunnelDown(tunnel));
                network.runFor(Duration.ofMillis(random.nextLong(1, 5_000)));
                network.input(gateway, new IkeInput.TunnelUp(tunnel));
            }
        }
    }
}
