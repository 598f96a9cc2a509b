package culvert.gateway;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import culvert.lab.CommandResult;
import culvert.lab.GuestKernel;
import culvert.lab.Launcher;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Runs a class of tests in a {@link GuestKernel}: this JVM's classes, in a JVM over there. */
final class GuestTests {
    /** The guest can write here alone. */
    private static final String TEMPORARY = "-Djava.io.tmpdir=/run/tmp";

    private GuestTests() {}

    /** In this kernel: boots the other one. What it printed, with exit code 0 when all passed. */
    static CommandResult run(Class<?> tests, Duration limit) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        TEMPORARY,
                        "-D"
                                + Launcher.PROPERTY
                                + "="
                                + String.join(" ", Launcher.sameJvm(TEMPORARY).command()),
                        "--class-path",
                        classPath(),
                        GuestTests.class.getName(),
                        tests.getName()));
        return GuestKernel.run(command, limit);
    }

    /**
     * The tests' own directory comes from no path: the module of the gateway is patched with it.
     */
    private static String classPath() {
        return String.join(
                ":",
                Stream.of(
                                Path.of("target/test-classes").toAbsolutePath().toString(),
                                System.getProperty("jdk.module.path", ""),
                                System.getProperty("java.class.path", ""))
                        .filter(path -> !path.isEmpty())
                        .toList());
    }

    /** In the guest: runs the named class. */
    public static void main(String[] args) throws ClassNotFoundException {
        var summary = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectClass(Class.forName(args[0])))
                                .filters(EngineFilter.includeEngines("junit-jupiter"))
                                .build(),
                        summary);
        var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        summary.getSummary().printTo(out);
        summary.getSummary().printFailuresTo(out);
        boolean passed =
                summary.getSummary().getTestsSucceededCount() > 0
                        && summary.getSummary().getTotalFailureCount() == 0;
        System.exit(passed ? 0 : 1);
    }
}
