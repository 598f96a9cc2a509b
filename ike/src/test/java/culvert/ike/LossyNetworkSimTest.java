package culvert.ike;

import culvert.ike.SimulatedNetwork.Weather;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Whatever the network does, when it calms down both ends have one IKE SA and one CHILD SA, the
 * same ones. Each run draws the weather, the roles and what operators do from its seed.
 *
 * <p>{@code -Dsim.runs=} makes more runs, {@code -Dsim.seed=} replays one.
 */
class LossyNetworkSimTest {
    private static final int RUNS = Integer.getInteger("sim.runs", 1_000);
    private static final long FIRST_SEED = 20_260_101;

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
    }

    private static void run(long seed) {
        try {
            storm(seed);
        } catch (AssertionError | RuntimeException failure) {
            throw new AssertionError("failed with -Dsim.seed=" + seed, failure);
        }
    }

    private static void storm(long seed) {
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
