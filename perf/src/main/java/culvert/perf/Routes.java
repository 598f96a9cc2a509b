package culvert.perf;

import culvert.lab.LabException;
import culvert.lab.Launcher;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Culvert's BGP beside BIRD's, and how long failovers take; {@code perf/routes} starts it.
 *
 * <pre>
 *  --prefixes N    prefixes of a full table; 100000
 *  --rounds N      rounds of everything; 3
 *  --learn-only    no failovers
 *  --no-write      prints only
 * </pre>
 */
public final class Routes {
    static final String BIRD = "BIRD";
    static final String CULVERT = "Culvert";

    private final Path root;
    private final Launcher launcher;
    private final RouteResults results = new RouteResults();
    private int prefixes = 100_000;
    private int rounds = 3;
    private boolean failovers = true;
    private boolean write = true;

    private Routes(Path root) {
        this.root = root;
        this.launcher = CulvertPair.launcher(root.resolve("culvert"));
    }

    /**
     * Runs it.
     *
     * @param arguments source tree, then options
     */
    public static void main(String[] arguments) throws IOException {
        var routes = new Routes(Path.of(arguments[0]));
        routes.options(List.of(arguments).subList(1, arguments.length));
        try {
            routes.run();
        } catch (LabException | PerfException e) {
            System.err.println("routes: " + e.getMessage());
            System.exit(1);
        }
    }

    private void options(List<String> options) {
        for (int i = 0; i < options.size(); i++) {
            switch (options.get(i)) {
                case "--prefixes" -> prefixes = Integer.parseInt(options.get(++i));
                case "--rounds" -> rounds = Integer.parseInt(options.get(++i));
                case "--learn-only" -> failovers = false;
                case "--no-write" -> write = false;
                default -> {
                    System.err.println("routes: unknown option " + options.get(i));
                    System.exit(2);
                }
            }
        }
    }

    private void run() throws IOException {
        learn();
        if (failovers) {
            failOver(0, "1 prefix");
            failOver(prefixes, "%,d prefixes".formatted(prefixes));
        }
        System.out.println(results.table());
        if (write) {
            new RouteReport(results, prefixes, rounds).write(root.resolve("perf/ROUTES.md"));
        }
    }

    private void learn() {
        var labs = new ArrayList<Learning>();
        try {
            labs.add(Learning.bird(BIRD, launcher, prefixes));
            labs.add(Learning.culvert(CULVERT, launcher, prefixes));
            labs.forEach(Learning::measure); // warms up
            for (int round = 0; round < rounds; round++) {
                for (int i = 0; i < labs.size(); i++) {
                    Learning lab = labs.get((round + i) % labs.size());
                    Learning.Sample sample = lab.measure();
                    add(
                            "learned and in the kernel, first to last, ms",
                            lab.name(),
                            sample.learnMillis());
                    add(
                            "the same with the guard behind each route, ms",
                            lab.name(),
                            sample.guardMillis());
                    add("withdrawn, first to last, ms", lab.name(), sample.withdrawMillis());
                }
            }
        } finally {
            labs.forEach(Learning::close);
        }
    }

    private void failOver(int bulk, String column) {
        try (var lab = new FailoverLab(launcher, bulk)) {
            for (int round = 0; round < rounds; round++) {
                for (Failure failure : Failure.values()) {
                    Failure.Sample sample = failure.measure(lab);
                    add(failure.text() + ", longest silence, ms", column, sample.silenceMillis());
                    add(failure.text() + ", packets lost", column, sample.lost());
                    add("longest wait for the control loop, ms", column, sample.loopMillis());
                }
            }
        }
    }

    private void add(String row, String column, double value) {
        System.out.printf("%s, %s: %.0f%n", row, column, value);
        results.add(row, column, value);
    }
}
