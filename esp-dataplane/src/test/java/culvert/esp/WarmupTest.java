package culvert.esp;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WarmupTest {
    private static List<CryptoBackend> working() {
        return CryptoBackend.working();
    }

    @ParameterizedTest
    @MethodSource("working")
    void everyPacketMakesItThroughBothPaths(CryptoBackend backend) {
        long start = System.nanoTime();
        assertTrue(Warmup.run(backend, 50_000_000) > 0);
        assertTrue(System.nanoTime() - start < 1_000_000_000L);
    }
}
