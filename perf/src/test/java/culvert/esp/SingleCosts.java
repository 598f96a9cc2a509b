package culvert.esp;

import culvert.esp.ip.InternetChecksum;
import culvert.esp.ip.IpPacket;
import culvert.esp.ip.Superpacket;
import culvert.esp.ip.VnetHeader;
import culvert.model.EspSuite;
import culvert.model.InboundSaParameters;
import culvert.model.Secret;
import culvert.model.Spi;
import culvert.model.TrafficSelector;
import culvert.tunio.AesGcm;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
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

/** What each step of the packet paths costs alone; {@code perf/jmh} runs them. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"})
public class SingleCosts {
    private static final int SEGMENTS = 40;
    private static final int SEGMENT_BYTES = 1398;
    private static final int OFFSET = 64;
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /** Octets of the packet that is sealed, opened or summed. */
    @Param({"64", "512", "1408"})
    public int bytes;

    /** Whose AES-GCM; {@code -p backend=JDK} measures another. */
    @Param({"IPSEC_MB", "LIBCRYPTO"})
    public CryptoBackend backend;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment plain = arena.allocate(66_000, 64);
    private final MemorySegment packet = arena.allocate(66_000, 64);
    private final MemorySegment genuine = arena.allocate(66_000, 64);
    private final SecurityAssociationDatabase<InboundSa> sad =
            new SecurityAssociationDatabase<>(InboundSa[]::new);
    private final ReplayWindow window = new ReplayWindow(1024, false);
    private final Superpacket superpacket = new Superpacket(arena);
    private final IpPacket inner = new IpPacket();
    private AesGcm sealing;
    private AesGcm opening;
    private culvert.esp.Warmup.Loop loop;
    private long sequenceNumber;

    private static Secret keymat() {
        return Secret.owning(new byte[EspSuite.AES256_GCM16.keymatBytes()]);
    }

    @Setup
    public void prepare() {
        sealing = backend.forSealing(EspSuite.AES256_GCM16, keymat(), false);
        opening = backend.forOpening(EspSuite.AES256_GCM16, keymat(), false);
        loop = culvert.esp.Warmup.Loop.over(backend);
        List<TrafficSelector> any = List.of(TrafficSelector.ANY_IPV4);
        for (int spi = 1; spi <= 4; spi++) {
            sad.install(
                    InboundSa.keyed(
                            new InboundSaParameters(
                                    new Spi(0x1000 + spi),
                                    EspSuite.AES256_GCM16,
                                    keymat(),
                                    false,
                                    1024,
                                    any,
                                    any),
                            backend));
        }
        EspPacket.writeHeader(genuine, 0, 0x1001, 1);
        sealing.seal(0, plain, 0, bytes, genuine, 0);
    }

    @TearDown
    public void wipe() {
        sealing.close();
        opening.close();
        sad.close();
        loop.close();
        arena.close();
    }

    @Benchmark
    public boolean seal() {
        EspPacket.writeHeader(packet, 0, 0x1001, ++sequenceNumber);
        return sealing.seal(0, plain, 0, bytes, packet, 0);
    }

    @Benchmark
    public boolean open() {
        return opening.open(0, genuine, 0, bytes + EspPacket.OVERHEAD_BYTES, packet, 0);
    }

    @Benchmark
    public int checksum() {
        return InternetChecksum.finish(InternetChecksum.add(0, plain, 0, bytes));
    }

    @Benchmark
    public boolean replayWindow() {
        long number = ++sequenceNumber;
        boolean accepted = window.mayAccept(number);
        window.markSeen(number);
        return accepted;
    }

    /** The last of four. */
    @Benchmark
    public Object saLookup() {
        return sad.lookup(0x1004);
    }

    /** Cutting a superpacket, per segment: headers and checksums of all. */
    @Benchmark
    @OperationsPerInvocation(SEGMENTS)
    public int split() {
        int lengthBytes = 40 + SEGMENTS * SEGMENT_BYTES;
        plain.asSlice(OFFSET, 40).fill((byte) 0);
        plain.set(INT, OFFSET, 0x4500_0000 | lengthBytes);
        plain.set(INT, OFFSET + 8, 0x4006_0000);
        plain.set(INT, OFFSET + 32, 0x5010_0000);
        VnetHeader.writeGso(
                plain, OFFSET - VnetHeader.BYTES, VnetHeader.GSO_TCPV4, 40, SEGMENT_BYTES, 20, 16);
        inner.wrap(plain, OFFSET, lengthBytes);
        if (!superpacket.wrap(inner, OFFSET - VnetHeader.BYTES)) {
            throw new IllegalStateException("not a superpacket");
        }
        for (int k = 0; k < superpacket.segments(); k++) {
            superpacket.write(k);
        }
        return superpacket.segments();
    }

    /** Both paths back to back in memory, per segment: split, seal, copy, open, coalesce. */
    @Benchmark
    @OperationsPerInvocation(SEGMENTS)
    public long bothPathsSuperpacket() {
        loop.superpacket();
        return loop.arrived();
    }

    /** Both paths back to back in memory, one packet of 64 octets. */
    @Benchmark
    public long bothPathsSingle() {
        loop.single();
        return loop.arrived();
    }
}
