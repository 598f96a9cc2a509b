package culvert.esp;

import culvert.esp.ip.IpPacket;
import culvert.esp.ip.Octets;
import culvert.esp.ip.VnetHeader;
import culvert.model.Encapsulation;
import culvert.model.EspSuite;
import culvert.model.InboundSaParameters;
import culvert.model.Offload;
import culvert.model.OutboundSaParameters;
import culvert.model.Secret;
import culvert.model.Spi;
import culvert.model.TrafficSelector;
import culvert.tunio.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/**
 * Runs both packet paths on made-up packets in memory, so that the JVM has compiled them before the
 * first SA: cold, they are some fifty times slower. Meant for a spare thread while IKE negotiates.
 */
public final class Warmup {
    private static final int MTU_BYTES = 1438;
    private static final int MSS_BYTES = MTU_BYTES - 40;
    private static final int SEGMENTS = 40;
    private static final Spi SPI = new Spi(0x5741524D);

    private Warmup() {}

    /**
     * Runs until the time is up.
     *
     * @param budgetNanos 250 ms is enough for most of the compiling
     * @return inner packets that made the whole way
     */
    public static long run(CryptoBackend crypto, long budgetNanos) {
        long deadlineNanos = System.nanoTime() + budgetNanos;
        try (Loop loop = Loop.over(crypto)) {
            do {
                loop.superpacket();
                loop.single();
            } while (System.nanoTime() - deadlineNanos < 0);
            return loop.arrived();
        }
    }

    /** Both paths, back to back. */
    static final class Loop implements TunPort, DatagramOutput, DatagramInput, AutoCloseable {
        private final Arena arena;
        private final OutboundPath outbound;
        private final InboundPath inbound;
        private final MemorySegment packet;
        private int readable;
        private final MemorySegment wire;
        private int wireBytes;
        private int wireSegmentBytes;

        static Loop over(CryptoBackend crypto) {
            return new Loop(Arena.ofConfined(), crypto);
        }

        private Loop(Arena arena, CryptoBackend crypto) {
            this.arena = arena;
            DataplaneSettings settings = DataplaneSettings.of(MTU_BYTES, crypto);
            CommandQueue<SaCommand<OutboundSaParameters>> toOutbound = new CommandQueue<>();
            CommandQueue<SaCommand<InboundSaParameters>> toInbound = new CommandQueue<>();
            packet = arena.allocate(VnetHeader.BYTES + 65_535);
            wire = arena.allocate(DatagramRun.MOST_BYTES);
            outbound =
                    new OutboundPath(
                            arena,
                            this,
                            this,
                            Optional.empty(),
                            settings,
                            toOutbound,
                            () -> {},
                            new Silent());
            inbound =
                    new InboundPath(
                            arena,
                            this,
                            this,
                            Optional.empty(),
                            settings,
                            toInbound,
                            message -> true,
                            new PathMtuClaims(spi -> false, new Silent()),
                            new Silent());
            EspSuite suite = EspSuite.AES256_GCM16;
            List<TrafficSelector> any = List.of(TrafficSelector.ANY_IPV4);
            // A key that protects nothing: these packets exist in this memory only.
            toOutbound.offer(
                    new SaCommand.Install<>(
                            new OutboundSaParameters(
                                    SPI, suite, zeros(suite), false, Encapsulation.UDP, any, any)));
            toInbound.offer(
                    new SaCommand.Install<>(
                            new InboundSaParameters(
                                    SPI, suite, zeros(suite), false, 1024, any, any)));
        }

        private static Secret zeros(EspSuite suite) {
            return Secret.owning(new byte[suite.keymatBytes()]);
        }

        void superpacket() {
            int lengthBytes = 40 + SEGMENTS * MSS_BYTES;
            writeIpv4(IpPacket.TCP, lengthBytes);
            Octets.set8(packet, VnetHeader.BYTES + 32, 5 << 4);
            Octets.set8(packet, VnetHeader.BYTES + 33, 0x10);
            VnetHeader.writeGso(packet, 0, VnetHeader.GSO_TCPV4, 40, MSS_BYTES, 20, 16);
            pass(lengthBytes);
        }

        void single() {
            int lengthBytes = 64;
            writeIpv4(IpPacket.UDP, lengthBytes);
            VnetHeader.writeNone(packet, 0);
            pass(lengthBytes);
        }

        private void writeIpv4(int protocol, int lengthBytes) {
            packet.asSlice(0, VnetHeader.BYTES + 60).fill((byte) 0);
            Octets.set8(packet, VnetHeader.BYTES, 0x45);
            Octets.set16(packet, VnetHeader.BYTES + 2, lengthBytes);
            Octets.set8(packet, VnetHeader.BYTES + 9, protocol);
        }

        private void pass(int lengthBytes) {
            readable = VnetHeader.BYTES + lengthBytes;
            outbound.doWork();
        }

        /** Shows both paths' packets to a capture from now on. */
        void capture(PacketCapture capture) {
            outbound.tap().connect(capture.outbound());
            inbound.tap().connect(capture.inbound());
        }

        long arrived() {
            return inbound.counters().packets();
        }

        /** Calls that wrote to the TUN device: fewer than packets when they are joined. */
        long writes() {
            return inbound.counters().writes();
        }

        @Override
        public int read(MemorySegment buffer, long offset, int lengthBytes) {
            if (readable == 0) {
                return -Errno.EAGAIN;
            }
            MemorySegment.copy(packet, 0, buffer, offset, readable);
            int bytes = readable;
            readable = 0;
            return bytes;
        }

        @Override
        public int send(
                MemorySegment buffer,
                long offset,
                int lengthBytes,
                int segmentBytes,
                int trafficClass) {
            MemorySegment.copy(buffer, offset, wire, 0, lengthBytes);
            wireBytes = lengthBytes;
            wireSegmentBytes = segmentBytes;
            inbound.doWork();
            return lengthBytes;
        }

        @Override
        public MemorySegment buffer() {
            return wire;
        }

        @Override
        public int receive() {
            int bytes = wireBytes;
            wireBytes = 0;
            return bytes == 0 ? -Errno.EAGAIN : bytes;
        }

        @Override
        public int offset() {
            return 0;
        }

        @Override
        public int segmentBytes() {
            return wireSegmentBytes;
        }

        @Override
        public int trafficClass() {
            return 0;
        }

        @Override
        public int write(MemorySegment buffer, long offset, int lengthBytes) {
            return lengthBytes;
        }

        @Override
        public int setSegmentation(boolean tcp, boolean udp) {
            return 0;
        }

        @Override
        public int sendUnfragmented(MemorySegment buffer, long offset, int lengthBytes) {
            return lengthBytes;
        }

        @Override
        public int nextError() {
            return 0;
        }

        @Override
        public int errorMtuBytes() {
            return 0;
        }

        @Override
        public boolean errorQuotesHead() {
            return false;
        }

        @Override
        public int errorQuotedHead() {
            return 0;
        }

        @Override
        public int turnOffReceiveOffload() {
            return 0;
        }

        @Override
        public void close() {
            outbound.close();
            inbound.close();
            arena.close();
        }
    }

    private static final class Silent implements DataplaneEvents {
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
