package culvert.gateway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;

class StatusColorsTest {
    @Test
    void paintsTheFirstWordOfStateOfLinesThatAreNotIndented() {
        assertEquals(
                """
                \033[33mdegraded\033[0m: 1 of 2 tunnels up, 2 routes

                aws-1  \033[32mup\033[0m for 11s  198.18.0.11
                  why      it went down
                aws-2  \033[31mdown\033[0m
                """,
                StatusColors.paint(
                        """
                        degraded: 1 of 2 tunnels up, 2 routes

                        aws-1  up for 11s  198.18.0.11
                          why      it went down
                        aws-2  down
                        """));
    }

    @Test
    void onlyATerminalIsPaintedAndNoColorIsObeyed() {
        Map<String, String> terminal = Map.of("TERM", "xterm");
        assertEquals(true, StatusColors.wanted(true, terminal));
        assertEquals(false, StatusColors.wanted(false, terminal));
        assertEquals(false, StatusColors.wanted(true, Map.of("TERM", "xterm", "NO_COLOR", "1")));
        assertEquals(true, StatusColors.wanted(true, Map.of("TERM", "xterm", "NO_COLOR", "")));
        assertEquals(false, StatusColors.wanted(true, Map.of("TERM", "dumb")));
        assertEquals(false, StatusColors.wanted(true, Map.of()));
    }
}
