package culvert.esp;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class PathAllocationTest {
    private static final long PACKETS = 400_000;

    @Test
    void thePathsAllocateNothingPerPacket() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Warmup.Loop loop = Warmup.Loop.over(CryptoBackend.LIBCRYPTO)) {
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
