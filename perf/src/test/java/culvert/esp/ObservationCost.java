package culvert.esp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs a packet path to be looked at: by a capture, and by the latency's clock. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"})
public class ObservationCost {
    /** None, one that is for another host, and one whose reader cannot keep up. */
    public enum Capturing {
        ABSENT,
        OF_OTHERS,
        FULL
    }

    @State(Scope.Thread)
    public static class Paths {
        @Param public Capturing capture;
        culvert.esp.Warmup.Loop loop;

        @Setup
        public void prepare() {
            loop = culvert.esp.Warmup.Loop.over(CryptoBackend.select().backend());
            switch (capture) {
                case ABSENT -> {}
                case OF_OTHERS -> loop.capture(new PacketCapture(ofOthers()));
                case FULL -> loop.capture(new PacketCapture(CaptureFilter.ALL));
            }
        }

        private static CaptureFilter ofOthers() {
            return new CaptureFilter(
                    Optional.of(InetAddress.ofLiteral("203.0.113.77")), OptionalInt.empty());
        }

        @TearDown
        public void close() {
            loop.close();
        }
    }

    /** A capture whose ring has room. */
    @State(Scope.Thread)
    public static class Ring {
        @Param({"64", "512", "1438"})
        public int bytes;

        private final Arena arena = Arena.ofConfined();
        private final PacketCapture capture = new PacketCapture(CaptureFilter.ALL);
        private MemorySegment packet = MemorySegment.NULL;

        @Setup
        public void prepare() {
            packet = arena.allocate(bytes);
        }

        /** Amid a thousand packets this does not count. */
        @Setup(Level.Invocation)
        public void makeRoom() {
            capture.drain(ignored -> {});
        }

        @TearDown
        public void close() {
            arena.close();
        }
    }

    private final BatchLatency latency = new BatchLatency();

    /** Both paths, one packet of 64 octets: two packets are shown. */
    @Benchmark
    public long bothPathsSingle(Paths paths) {
        paths.loop.single();
        return paths.loop.arrived();
    }

    /** One packet that is kept. */
    @Benchmark
    @OperationsPerInvocation(CaptureRing.SLOTS)
    public void keep(Ring ring) {
        for (int i = 0; i < CaptureRing.SLOTS; i++) {
            ring.capture.outbound().offer(ring.packet, 0, ring.bytes, null, i);
        }
    }

    /** One batch, one in eight of which is measured. */
    @Benchmark
    public void batchLatency() {
        latency.batch(0);
    }
}
