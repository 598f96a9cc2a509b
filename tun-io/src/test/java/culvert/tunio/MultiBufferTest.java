package culvert.tunio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MultiBufferTest {
    private static final Set<String> AVX2 =
            Set.of("aes", "pclmulqdq", "avx", "avx2", "bmi1", "bmi2", "movbe");

    @Test
    void readsTheFlagsOfTheFirstProcessor(@TempDir Path directory) throws IOException {
        Path cpuinfo = directory.resolve("cpuinfo");
        Files.writeString(
                cpuinfo,
                """
                processor\t: 0
                flags\t\t: fpu avx2  vaes
                processor\t: 1
                flags\t\t: fpu
                """);
        assertEquals(Set.of("fpu", "avx2", "vaes"), MultiBuffer.processorFlags(cpuinfo));
    }

    @Test
    void anotherArchitectureHasNoFlags(@TempDir Path directory) throws IOException {
        Path cpuinfo = directory.resolve("cpuinfo");
        Files.writeString(cpuinfo, "processor\t: 0\nFeatures\t: fp asimd aes pmull\n");
        assertEquals(Set.of(), MultiBuffer.processorFlags(cpuinfo));
        assertEquals(Set.of(), MultiBuffer.processorFlags(directory.resolve("missing")));
    }

    @Test
    void saysWhetherTheProcessorOrTheLibraryIsMissing() {
        assertEquals(
                Optional.of("the processor has no AVX2"), MultiBuffer.problem(Set.of(), false));
        assertEquals(
                Optional.of(
                        "libIPSec_MB.so.2 or .1 cannot be loaded (install libipsec-mb2 or"
                                + " libipsec-mb1)"),
                MultiBuffer.problem(AVX2, false));
        assertEquals(Optional.empty(), MultiBuffer.problem(AVX2, true));
    }

    @Test
    void refusesKeymatOfAnotherLengthBeforeTheLibrarySeesIt() {
        assertThrows(
                IllegalArgumentException.class, () -> MultiBufferAesGcm.keyed(new byte[28], false));
    }
}
