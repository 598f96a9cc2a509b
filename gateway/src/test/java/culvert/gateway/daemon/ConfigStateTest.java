package culvert.gateway.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import culvert.gateway.daemon.ConfigState.Result;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ConfigStateTest {
    private static final Path FILE = Path.of("culvert.yaml");

    private static Optional<String> remark(Result result, String message, OptionalLong rollback) {
        return new ConfigState(FILE, result, OptionalLong.of(75), Optional.of(message), rollback)
                .remark();
    }

    @Test
    void saysNothingWhenTheFileRuns() {
        assertEquals(Optional.empty(), ConfigState.initial(FILE).remark());
        assertEquals(Optional.empty(), remark(Result.OK, "", OptionalLong.empty()));
    }

    @Test
    void saysWhyTheFileDoesNotRun() {
        assertEquals(
                Optional.of(
                        "the reload 1m15s ago failed, what ran before still runs: culvert.yaml:3:1:"
                                + " unknown key"),
                remark(Result.FAILED, "culvert.yaml:3:1: unknown key", OptionalLong.empty()));
        assertEquals(
                Optional.of("culvert.yaml was rolled back 1m15s ago: nobody confirmed"),
                remark(Result.ROLLED_BACK, "nobody confirmed", OptionalLong.empty()));
    }

    @Test
    void saysThatTheFileIsOnTrial() {
        assertEquals(
                Optional.of(
                        "culvert.yaml is on trial, rolled back in 4m59s unless"
                                + " 'culvert reload --confirmed' comes"),
                remark(Result.OK, "", OptionalLong.of(299)));
    }
}
