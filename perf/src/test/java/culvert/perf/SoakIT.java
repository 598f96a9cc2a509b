package culvert.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import culvert.lab.Topology;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The soak test for seconds; {@code perf/soak} runs it for as long as one likes. */
class SoakIT {
    @Test
    void whatOneEndSealsTheOtherOpensThroughARekeyEverySecondAtFullLoad() throws Exception {
        try (Topology topology = Topology.open()) {
            List<String> problems =
                    Soak.run(
                            topology,
                            CulvertPair.launcher(Path.of("..", "culvert")),
                            TimeUnit.SECONDS.toNanos(25));
            assertEquals(List.of(), problems);
        }
    }
}
