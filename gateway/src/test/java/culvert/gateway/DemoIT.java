package culvert.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The README's first command, against both kinds of peer. */
class DemoIT {
    @ParameterizedTest
    @ValueSource(strings = {"culvert", "strongswan"})
    void showsTunnelsTrafficAndFailoverAndLeavesNothing(String peer)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(culvert.lab.Launcher.ofSystem().command());
        command.addAll(List.of("demo", "--peer", peer));
        Process demo = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed = new String(demo.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, demo.waitFor(), printed);
        assertTrue(printed.contains("both tunnels up"), printed);
        assertTrue(printed.contains("5 of 5 answered"), printed);
        assertTrue(printed.contains("now via aws-2"), printed);
        assertTrue(printed.contains("exit code 0"), printed);
        assertFalse(printed.contains("FAILED"), printed);
        assertTrue(printed.contains("nothing is left behind"), printed);
    }
}
