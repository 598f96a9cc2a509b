package culvert.esp;

import culvert.esp.ip.IpPacket;
import culvert.esp.ip.Octets;
import culvert.esp.ip.Superpacket;
import culvert.esp.ip.VnetHeader;
import culvert.model.Offload;
import culvert.model.Spi;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What joining TCP segments costs, per segment. Decryption would put a packet where it is joined;
 * here a copy does, whose own cost {@link #copy} tells: the difference is the joining.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"})
public class CoalesceCost {
    private static final int SEGMENTS = 40;
    private static final int PAYLOAD_BYTES = 1398;
    private static final int HEADERS_BYTES = 40;
    private static final int SEGMENT_BYTES = HEADERS_BYTES + PAYLOAD_BYTES;
    private static final int OFFSET = 64;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment segments = arena.allocate(SEGMENTS * SEGMENT_BYTES, 64);
    private final MemorySegment room = arena.allocate(66_000, 64);
    private final PathCounters counters = new PathCounters();
    private final Coalescer coalescer =
            new Coalescer(
                    arena,
                    new Sink(),
                    DataplaneSettings.of(1438, CryptoBackend.JDK),
                    counters,
                    new Nobody());
    private final IpPacket packet = new IpPacket();

    public CoalesceCost() {
        int lengthBytes = HEADERS_BYTES + SEGMENTS * PAYLOAD_BYTES;
        MemorySegment whole = arena.allocate(OFFSET + lengthBytes + Long.BYTES, 64);
        Octets.set8(whole, OFFSET, 0x45);
        Octets.set16(whole, OFFSET + 2, lengthBytes);
        Octets.set16(whole, OFFSET + 6, 0x4000);
        Octets.set8(whole, OFFSET + 9, IpPacket.TCP);
        Octets.set8(whole, OFFSET + 32, 5 << 4);
        Octets.set8(whole, OFFSET + 33, 0x10);
        VnetHeader.writeGso(
                whole,
                OFFSET - VnetHeader.BYTES,
                VnetHeader.GSO_TCPV4,
                HEADERS_BYTES,
                PAYLOAD_BYTES,
                20,
                16);
        Superpacket superpacket = new Superpacket(arena);
        if (!packet.wrap(whole, OFFSET, lengthBytes)
                || !superpacket.wrap(packet, OFFSET - VnetHeader.BYTES)) {
            throw new IllegalStateException("not a superpacket");
        }
        for (int k = 0; k < SEGMENTS; k++) {
            superpacket.write(k);
            MemorySegment.copy(
                    whole,
                    superpacket.segmentOffset(k),
                    segments,
                    (long) k * SEGMENT_BYTES,
                    SEGMENT_BYTES);
        }
    }

    @TearDown
    public void close() {
        arena.close();
    }

    /** Forty segments of one flow into one write. */
    @Benchmark
    @OperationsPerInvocation(SEGMENTS)
    public long coalesce() {
        for (int k = 0; k < SEGMENTS; k++) {
            long at = coalescer.openAt(SEGMENT_BYTES);
            MemorySegment.copy(
                    segments, (long) k * SEGMENT_BYTES, coalescer.buffer(), at, SEGMENT_BYTES);
            if (!packet.wrap(coalescer.buffer(), at, SEGMENT_BYTES)) {
                throw new IllegalStateException("not a packet");
            }
            coalescer.accept(packet);
        }
        coalescer.flush();
        return counters.packets();
    }

    /** The copies alone. */
    @Benchmark
    @OperationsPerInvocation(SEGMENTS)
    public MemorySegment copy() {
        for (int k = 0; k < SEGMENTS; k++) {
            MemorySegment.copy(
                    segments,
                    (long) k * SEGMENT_BYTES,
                    room,
                    OFFSET + (long) k * PAYLOAD_BYTES,
                    SEGMENT_BYTES);
        }
        return room;
    }

    private static final class Sink implements TunPort {
        @Override
        public int read(MemorySegment buffer, long offset, int lengthBytes) {
            return 0;
        }

        @Override
        public int write(MemorySegment buffer, long offset, int lengthBytes) {
            if (VnetHeader.gsoSize(buffer, offset) != PAYLOAD_BYTES) {
                throw new IllegalStateException("not joined");
            }
            return lengthBytes;
        }

        @Override
        public int setSegmentation(boolean tcp, boolean udp) {
            return 0;
        }
    }

    private static final class Nobody implements DataplaneEvents {
        @Override
        public void offloadDisabled(Offload offload, String reason) {}

        @Override
        public void offloadLimited(Offload offload, String reason) {}

        @Override
        public void pathMtuClaimed() {}

        @Override
        public void saRefused(Spi spi, String reason) {}

        @Override
        public void espRefused(String reason) {}

        @Override
        public void fault(String thread, Throwable cause) {}
    }
}
