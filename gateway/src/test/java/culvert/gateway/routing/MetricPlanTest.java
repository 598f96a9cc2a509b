package culvert.gateway.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import culvert.gateway.routing.MetricPlan.Link;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MetricPlanTest {
    private static final int AWS = 64512;

    @Test
    void saysWhatTheFileSaysWhileAllIsWellOrNothing() {
        assertEquals(
                Map.of("a", 100L, "b", 200L),
                plan(link("a", 100, Standing.GOOD), link("b", 200, Standing.GOOD)));
        assertEquals(
                Map.of("a", 100L, "b", 100L),
                plan(link("a", 100, Standing.DOWN), link("b", 100, Standing.DOWN)));
    }

    @Test
    void bettersTheOthersAndWorsensTheOneThatDied() {
        assertEquals(
                Map.of("a", 1100L, "b", 0L),
                plan(link("a", 100, Standing.DOWN), link("b", 100, Standing.GOOD)));
    }

    @Test
    void keepsThePreferenceAmongSurvivors() {
        assertEquals(
                Map.of("a", 1100L, "b", 0L, "c", 100L),
                plan(
                        link("a", 100, Standing.DOWN),
                        link("b", 200, Standing.GOOD),
                        link("c", 300, Standing.GOOD)));
    }

    @Test
    void worsensAZeroThatCannotBeBetteredElsewhere() {
        assertEquals(
                Map.of("a", 1000L, "b", 0L),
                plan(link("a", 0, Standing.LAST_RESORT), link("b", 0, Standing.GOOD)));
    }

    @Test
    void worsensEveryTunnelWhenAllAreAboutToGo() {
        assertEquals(
                Map.of("a", 1100L, "b", 1100L),
                plan(
                        new Link("a", AWS, 100, Standing.LAST_RESORT, true),
                        new Link("b", AWS, 100, Standing.LAST_RESORT, true)));
    }

    @Test
    void leavesSessionsWithAnotherAsAlone() {
        assertEquals(
                Map.of("a", 100L, "b", 100L),
                plan(
                        link("a", 100, Standing.GOOD),
                        new Link("b", 64513, 100, Standing.DOWN, false)));
    }

    private static Link link(String tunnel, long metric, Standing standing) {
        return new Link(tunnel, AWS, metric, standing, false);
    }

    private static Map<String, Long> plan(Link... links) {
        return MetricPlan.of(List.of(links));
    }
}
