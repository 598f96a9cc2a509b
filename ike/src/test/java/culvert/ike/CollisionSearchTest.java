package culvert.ike;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Both ends act at once, and the network delivers what is under way in every order: at the end
 * there is one IKE SA and one CHILD SA, nothing else, and every packet sent meanwhile was accepted.
 *
 * <p>First the orders themselves, one after the other until {@code -Dsearch.orders=}; then random
 * ones that lose and repeat messages too. {@code -Dsim.seed=} replays one of those.
 */
class CollisionSearchTest {
    private static final int ORDERS = Integer.getInteger("search.orders", 400);
    private static final int RANDOM_RUNS = Integer.getInteger("search.runs", 500);
    private static final int MAX_STEPS = 60;
    private static final String ECP256 = "aes128gcm16-prfsha256-ecp256";

    /** What east and west do at the same time. */
    enum Deeds {
        CHILD_AND_CHILD(false, false),
        CHILD_AND_IKE(false, true),
        IKE_AND_CHILD(true, false),
        IKE_AND_IKE(true, true);

        private final boolean eastRekeysIke;
        private final boolean westRekeysIke;

        Deeds(boolean eastRekeysIke, boolean westRekeysIke) {
            this.eastRekeysIke = eastRekeysIke;
            this.westRekeysIke = westRekeysIke;
        }

        static IkeInput rekey(boolean ike) {
            return ike
                    ? new IkeInput.RekeyIkeSa(Settings.TUNNEL)
                    : new IkeInput.RekeyChildSa(Settings.TUNNEL);
        }
    }

    @ParameterizedTest
    @EnumSource(Deeds.class)
    void everyOrderEndsWithOneOfEach(Deeds deeds) {
        // The nonces of these let either end lose.
        for (long seed = 1; seed <= 6; seed++) {
            List<Integer> choices = new ArrayList<>();
            int orders = 0;
            boolean more = true;
            while (more && orders++ < ORDERS) {
                more = runAndAdvance(deeds, seed, choices);
            }
            assertTrue(orders >= 6, "only " + orders + " orders");
        }
    }

    /** Runs one order and turns the choices into the next; false when there is none. */
    private static boolean runAndAdvance(Deeds deeds, long seed, List<Integer> choices) {
        List<Integer> options = new ArrayList<>();
        try {
            run(
                    deeds,
                    seed,
                    under -> {
                        options.add(under);
                        int step = options.size() - 1;
                        if (step == choices.size()) {
                            choices.add(0);
                        }
                        return choices.get(step);
                    },
                    new SplittableRandom(0),
                    0);
        } catch (AssertionError | RuntimeException failure) {
            throw new AssertionError(deeds + ", seed " + seed + ", order " + choices, failure);
        }
        while (choices.size() > options.size()) {
            choices.removeLast();
        }
        while (!choices.isEmpty()) {
            int last = choices.size() - 1;
            if (choices.get(last) + 1 < options.get(last)) {
                choices.set(last, choices.get(last) + 1);
                return true;
            }
            choices.removeLast();
        }
        return false;
    }

    @ParameterizedTest
    @EnumSource(Deeds.class)
    void lossAndRepetitionChangeNothing(Deeds deeds) {
        Long replayed = Long.getLong("sim.seed");
        long first = replayed == null ? 1_000 : replayed;
        long last = replayed == null ? first + RANDOM_RUNS : first + 1;
        for (long seed = first; seed < last; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            try {
                run(deeds, seed, random::nextInt, random, 0.3);
            } catch (AssertionError | RuntimeException failure) {
                throw new AssertionError(deeds + " failed with -Dsim.seed=" + seed, failure);
            }
        }
    }

    /** Each wants another group first, so that the peer asks for it: INVALID_KE_PAYLOAD. */
    @ParameterizedTest
    @EnumSource(Deeds.class)
    void groupsThatDifferChangeNothing(Deeds deeds) {
        for (long seed = 1; seed <= RANDOM_RUNS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            SimulatedNetwork network =
                    new SimulatedNetwork(
                            Settings.east()
                                    .ike("aes128gcm16-prfsha256-curve25519", ECP256)
                                    .esp("aes128gcm16-curve25519", "aes128gcm16-ecp256")
                                    .build(),
                            Settings.west()
                                    .respond()
                                    .ike(ECP256, "aes128gcm16-prfsha256-curve25519")
                                    .esp("aes128gcm16-ecp256", "aes128gcm16-curve25519")
                                    .build(),
                            seed);
            try {
                run(network, deeds, random::nextInt, random, 0.1);
            } catch (AssertionError | RuntimeException failure) {
                throw new AssertionError(deeds + ", seed " + seed, failure);
            }
        }
    }

    private static void run(
            Deeds deeds,
            long seed,
            IntUnaryOperator choose,
            SplittableRandom random,
            double mishap) {
        SimulatedNetwork network =
                new SimulatedNetwork(
                        Settings.east().build(), Settings.west().respond().build(), seed);
        run(network, deeds, choose, random, mishap);
    }

    private static void run(
            SimulatedNetwork network,
            Deeds deeds,
            IntUnaryOperator choose,
            SplittableRandom random,
            double mishap) {
        network.up();
        network.runUntil(Agreement::isOneOfEach, Duration.ofSeconds(10));
        HeldMessages messages = new HeldMessages(network);
        network.input(network.east(), Deeds.rekey(deeds.eastRekeysIke));
        network.input(network.west(), Deeds.rekey(deeds.westRekeysIke));
        for (int step = 0; messages.size() > 0 && step < MAX_STEPS; step++) {
            int index = choose.applyAsInt(messages.size());
            if (random.nextDouble() >= mishap) {
                messages.deliver(index);
            } else if (random.nextBoolean()) {
                messages.lose(index);
            } else {
                messages.deliverAndKeep(index);
            }
        }
        messages.release();
        network.startTraffic();
        // When both were put off, the pause before they try again comes first.
        network.runUntil(
                n -> Agreement.isOneOfEach(n) && rekeys(n.east(), n) >= 1, Duration.ofMinutes(2));
        Agreement.assertOneOfEach(network);
        assertEquals(0, network.packetsLost());
    }

    private static int rekeys(SimulatedGateway gateway, SimulatedNetwork network) {
        IkeTunnelStatus status = gateway.status(network.nowNanos());
        return status.ike().orElseThrow().rekeys() + status.child().orElseThrow().rekeys();
    }
}
