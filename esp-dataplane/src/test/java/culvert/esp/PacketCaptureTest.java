package culvert.esp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import culvert.esp.TestPackets.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PacketCaptureTest {
    private final Gateway gateway = new Gateway();
    private final PacketCapture capture = new PacketCapture(CaptureFilter.ALL);
    private final List<CapturedPacket> seen = new ArrayList<>();

    @AfterEach
    void close() {
        gateway.close();
    }

    private void connect() {
        gateway.outbound.tap().connect(capture.outbound());
        gateway.inbound.tap().connect(capture.inbound());
    }

    private static byte[] udp(int payloadBytes) {
        return TestPackets.packet(Shape.UDP4, 1, 0, new byte[payloadBytes]);
    }

    private static void offer(CaptureRing ring, byte[] packet) {
        ring.offer(MemorySegment.ofArray(packet), 0, packet.length, null, 0);
    }

    @Test
    void showsWhatPassesInBothDirections() {
        connect();
        byte[] packet = udp(100);
        gateway.withSa(Gateway.SPI).seal(TestPackets.behindVnet(packet));
        gateway.loop();
        capture.drain(seen::add);
        assertEquals(List.of(false, true), seen.stream().map(CapturedPacket::inbound).toList());
        for (CapturedPacket one : seen) {
            assertArrayEquals(packet, one.octets());
            assertEquals(packet.length, one.lengthBytes());
            assertEquals(Optional.empty(), one.dropped());
        }
        gateway.outbound.tap().connect(null);
        gateway.seal(TestPackets.behindVnet(packet));
        seen.clear();
        capture.drain(seen::add);
        assertEquals(List.of(), seen);
    }

    @Test
    void showsWhatIsDroppedAndWhy() {
        connect();
        gateway.seal(TestPackets.behindVnet(udp(100)));
        gateway.withSa(Gateway.SPI).seal(TestPackets.behindVnet(udp(1500)));
        capture.drain(seen::add);
        assertEquals(
                List.of(Optional.of(DropReason.NO_SA), Optional.of(DropReason.OVERSIZED)),
                seen.stream().map(CapturedPacket::dropped).toList());
    }

    @Test
    void aReaderThatIsSlowerThanThePacketsLosesTheNewestAndTheyAreCounted() {
        for (int i = 0; i < CaptureRing.SLOTS + 7; i++) {
            offer(capture.outbound(), udp(i % 1000));
        }
        capture.drain(seen::add);
        assertEquals(CaptureRing.SLOTS, seen.size());
        assertEquals(7, capture.lost());
        assertEquals(udp(0).length, seen.getFirst().lengthBytes());
        offer(capture.outbound(), udp(3));
        capture.drain(seen::add);
        assertEquals(CaptureRing.SLOTS + 1, seen.size(), "there is room again");
    }

    @Test
    void keepsTheBeginningOfWhatIsTooLong() {
        offer(capture.inbound(), udp(9000));
        capture.drain(seen::add);
        assertEquals(CaptureRing.SNAP_BYTES, seen.getFirst().octets().length);
        assertEquals(udp(9000).length, seen.getFirst().lengthBytes());
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3, , true",
        "192.168.10.5, , true",
        "10.1.2.4, , false",
        "fd00::1, , false",
        ", 443, true",
        ", 49152, true",
        ", 80, false",
        "10.1.2.3, 443, true",
        "10.1.2.3, 80, false"
    })
    void filtersByHostAndPortOfEitherEnd(String host, Integer port, boolean admitted) {
        CaptureFilter filter =
                new CaptureFilter(
                        Optional.ofNullable(host).map(InetAddress::ofLiteral),
                        port == null ? OptionalInt.empty() : OptionalInt.of(port));
        for (Shape shape : List.of(Shape.UDP4, Shape.TCP4)) {
            byte[] packet = TestPackets.packet(shape, 1, 0, new byte[10]);
            assertEquals(admitted, filter.admits(MemorySegment.ofArray(packet), 0, packet.length));
        }
    }

    @Test
    void filtersSixAsWell() {
        byte[] packet = TestPackets.packet(Shape.UDP6, 1, 0, new byte[10]);
        MemorySegment segment = MemorySegment.ofArray(packet);
        for (String host : new String[] {"fd00:1::1", "fd00:2::2"}) {
            assertTrue(
                    new CaptureFilter(Optional.of(InetAddress.ofLiteral(host)), OptionalInt.of(443))
                            .admits(segment, 0, packet.length),
                    host);
        }
    }

    @Test
    void takesAnyOctets() {
        Random random = new Random(4);
        CaptureFilter filter =
                new CaptureFilter(
                        Optional.of(InetAddress.ofLiteral("10.1.2.3")), OptionalInt.of(443));
        for (int i = 0; i < 20_000; i++) {
            byte[] octets = new byte[random.nextInt(80)];
            random.nextBytes(octets);
            filter.admits(MemorySegment.ofArray(octets), 0, octets.length);
        }
    }

    @Test
    void thePacketThreadAllocatesNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Arena arena = Arena.ofConfined()) {
            byte[] octets = udp(1000);
            MemorySegment packet = arena.allocate(octets.length);
            MemorySegment.copy(octets, 0, packet, ValueLayout.JAVA_BYTE, 0, octets.length);
            long bytes = 0;
            for (int round = 0; round < 400; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < CaptureRing.SLOTS; i++) {
                    capture.outbound().offer(packet, 0, octets.length, DropReason.NO_SA, i);
                }
                bytes = threads.getCurrentThreadAllocatedBytes() - before;
                capture.drain(ignored -> {});
            }
            assertEquals(0, bytes, "of the last round, when all is compiled");
        }
    }
}
