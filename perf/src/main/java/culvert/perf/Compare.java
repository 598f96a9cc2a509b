package culvert.perf;

import culvert.lab.LabException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Culvert, wireguard-go, strongSwan in user space and Culvert without a cipher, side by side on one
 * machine; {@code perf/compare} starts it.
 *
 * <pre>
 *  --rounds N               rounds per mode; 3
 *  --quick                  one short round without links in wire mode, nothing written
 *  --long                   ten rounds
 *  --wireguard-go PATH      another binary than the one on PATH
 *  --also NAME=LAUNCHER     one more Culvert, for instance of another source tree
 *  --only NAME,NAME,...     these contenders alone
 *  --measure KIND,...       of tcp, udp, idle, load; all of them
 *  --plain                  links with their offloads only
 *  --no-write               prints only
 * </pre>
 */
public final class Compare {
    static final String CULVERT = "Culvert";
    static final String NULL_CIPHER = "null cipher";
    static final String WIREGUARD = "wireguard-go";
    static final String STRONGSWAN = "strongSwan";

    private final List<Contender> contenders = new ArrayList<>();
    private final Path root;
    private Path wireguardGo = Path.of("/usr/bin/wireguard-go");
    private final Set<Round.Kind> kinds = EnumSet.allOf(Round.Kind.class);
    private int rounds = 3;
    private Round round = Round.FULL;
    private boolean wire = true;
    private boolean write = true;

    private Compare(Path root) {
        this.root = root;
    }

    /**
     * Runs it.
     *
     * @param arguments source tree, directory of the null cipher's classes, then options
     */
    public static void main(String[] arguments) throws IOException {
        var compare = new Compare(Path.of(arguments[0]));
        compare.options(Path.of(arguments[1]), List.of(arguments).subList(2, arguments.length));
        try {
            compare.run();
        } catch (LabException | PerfException e) {
            System.err.println("compare: " + e.getMessage());
            System.exit(1);
        }
    }

    private void options(Path nullCipher, List<String> options) {
        var also = new ArrayList<Contender>();
        List<String> only = List.of();
        for (int i = 0; i < options.size(); i++) {
            switch (options.get(i)) {
                case "--rounds" -> rounds = Integer.parseInt(options.get(++i));
                case "--quick" -> {
                    rounds = 1;
                    round = Round.SHORT;
                    wire = false;
                    write = false;
                }
                case "--short" -> round = Round.SHORT;
                case "--long" -> rounds = 10;
                case "--wireguard-go" -> wireguardGo = Path.of(options.get(++i));
                case "--also" -> {
                    String[] named = options.get(++i).split("=", 2);
                    also.add(
                            new Contender.Culvert(
                                    named[0], CulvertPair.launcher(Path.of(named[1]))));
                }
                case "--only" -> only = List.of(options.get(++i).split(","));
                case "--measure" -> {
                    kinds.clear();
                    for (String kind : options.get(++i).split(",")) {
                        kinds.add(Round.Kind.valueOf(kind.toUpperCase(Locale.ROOT)));
                    }
                }
                case "--plain" -> wire = false;
                case "--no-write" -> write = false;
                default -> {
                    System.err.println("compare: unknown option " + options.get(i));
                    System.exit(2);
                }
            }
        }
        contenders.add(
                new Contender.Culvert(CULVERT, CulvertPair.launcher(root.resolve("culvert"))));
        contenders.add(
                new Contender.Culvert(
                        NULL_CIPHER,
                        CulvertPair.launcher(
                                root.resolve("culvert"),
                                "--patch-module culvert.esp=" + nullCipher)));
        contenders.add(new Contender.WireGuard(WIREGUARD, wireguardGo));
        contenders.add(new Contender.StrongSwan(STRONGSWAN));
        contenders.addAll(also);
        List<String> wanted = only;
        if (!wanted.isEmpty()) {
            contenders.removeIf(contender -> !wanted.contains(contender.name()));
        }
    }

    private void run() throws IOException {
        var sites = new ArrayList<Site>();
        var plain = new Results();
        var onTheWire = new Results();
        long stolenBefore = CpuTime.stolenTicks();
        long startNanos = System.nanoTime();
        try {
            contenders.forEach(contender -> open(contender, sites, plain));
            Round.warmUp(sites, plain);
            for (Results mode : wire ? List.of(plain, onTheWire) : List.of(plain)) {
                if (mode == onTheWire) {
                    sites.forEach(Site::wireMode);
                }
                for (int number = 0; number < rounds; number++) {
                    System.out.printf(
                            "%s, round %d of %d%n", title(mode == plain), number + 1, rounds);
                    round.run(sites, number, kinds, mode);
                    // After each round, so that whatever ends a long run leaves what it found.
                    write(plain, onTheWire, stolenPercent(stolenBefore, startNanos));
                }
            }
        } finally {
            sites.forEach(Site::close);
        }
        print(title(true), plain);
        if (wire) {
            print(title(false), onTheWire);
        }
        System.out.printf(
                Locale.ROOT,
                "stolen by the hypervisor: %.1f %%%n",
                stolenPercent(stolenBefore, startNanos));
        var failures = new ArrayList<>(plain.failures());
        failures.addAll(onTheWire.failures());
        if (!failures.isEmpty()) {
            throw new PerfException("not measured:\n  " + String.join("\n  ", failures));
        }
    }

    private static String title(boolean plain) {
        return plain ? "links with offloads" : "links without offloads (wire mode)";
    }

    private static void open(Contender contender, List<Site> sites, Results into) {
        System.out.println("starting " + contender.name());
        try {
            sites.add(Site.open(contender));
        } catch (LabException | PerfException e) {
            into.failed("start of " + contender.name(), e);
            System.out.println("  FAILED: " + e.getMessage());
        }
    }

    private static double stolenPercent(long stolenBefore, long startNanos) {
        return (CpuTime.stolenTicks() - stolenBefore)
                / ((System.nanoTime() - startNanos) / 1e9)
                / Runtime.getRuntime().availableProcessors();
    }

    private List<String> names() {
        return contenders.stream().map(Contender::name).toList();
    }

    private void write(Results plain, Results onTheWire, double stolen) throws IOException {
        if (write) {
            new Report(names(), rounds, plain, onTheWire, stolen)
                    .write(root.resolve("perf"), wireguardGo);
        }
    }

    private void print(String mode, Results results) {
        List<String> names = names();
        System.out.printf("%n%s: medians, and Culvert's ratio to each%n", mode);
        for (Metric metric : Metric.values()) {
            if (!results.has(metric)) {
                continue;
            }
            System.out.printf("%-42s", metric.text() + ", " + metric.unit());
            for (String name : names) {
                OptionalDouble median = results.median(metric, name);
                OptionalDouble ratio = results.ratio(metric, CULVERT, name);
                System.out.printf(
                        Locale.ROOT,
                        "  %s %.1f%s",
                        name,
                        median.orElse(Double.NaN),
                        name.equals(CULVERT)
                                ? ""
                                : String.format(Locale.ROOT, " (x%.2f)", ratio.orElse(Double.NaN)));
            }
            System.out.println();
        }
    }
}
