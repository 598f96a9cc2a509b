package culvert.esp;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PathAllocationTest {
    private static final long PACKETS = 1_000_000;

    /** The JDK's cipher allocates, which is why it is the last resort. */
    private static List<CryptoBackend> offHeap() {
        return CryptoBackend.working().stream()
                .filter(backend -> backend != CryptoBackend.JDK)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("offHeap")
    void thePathsAllocateNothingPerPacket(CryptoBackend backend) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Warmup.Loop loop = Warmup.Loop.over(backend)) {
            pass(loop, PACKETS); // until everything is compiled
            long packetsBefore = loop.arrived();
            long before = threads.getCurrentThreadAllocatedBytes();
            pass(loop, PACKETS);
            long bytes = threads.getCurrentThreadAllocatedBytes() - before;
            long packets = loop.arrived() - packetsBefore;
            System.out.printf("%d packets, %d octets of heap%n", packets, bytes);
            assertTrue(bytes < packets / 100, bytes + " octets for " + packets + " packets");
        }
    }

    private static void pass(Warmup.Loop loop, long packets) {
        long end = loop.arrived() + packets;
        while (loop.arrived() < end) {
            loop.superpacket();
            for (int i = 0; i < 10; i++) {
                loop.single();
            }
        }
    }
}
