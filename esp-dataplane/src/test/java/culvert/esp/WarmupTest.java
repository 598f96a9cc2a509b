package culvert.esp;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WarmupTest {
    @ParameterizedTest
    @EnumSource
    void everyPacketMakesItThroughBothPaths(CryptoBackend backend) {
        long start = System.nanoTime();
        assertTrue(Warmup.run(backend, 50_000_000) > 0);
        assertTrue(System.nanoTime() - start < 1_000_000_000L);
    }
}
