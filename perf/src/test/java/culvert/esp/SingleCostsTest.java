package culvert.esp;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

class SingleCostsTest {
    private static final TimeValue MOMENT = new TimeValue(10, TimeUnit.MILLISECONDS);

    @Test
    void everyBenchmarkRuns() throws RunnerException {
        var results =
                new Runner(
                                new OptionsBuilder()
                                        .include(SingleCosts.class.getName())
                                        .include(CoalesceCost.class.getName())
                                        .param("bytes", "512")
                                        .forks(0)
                                        .warmupIterations(0)
                                        .measurementIterations(1)
                                        .measurementTime(MOMENT)
                                        .shouldFailOnError(true)
                                        .verbosity(VerboseMode.SILENT)
                                        .build())
                        .run();

        assertFalse(results.isEmpty());
    }
}
