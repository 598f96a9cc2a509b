package culvert.esp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.esp.TestPackets.Shape;
import culvert.tunio.Errno;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The inbound path's joining of packets, driven through both paths. */
class CoalescerTest {
    private final Gateway gateway = new Gateway();

    @AfterEach
    void close() {
        gateway.close();
    }

    private static byte[] payload(int length) {
        byte[] octets = new byte[length];
        new Random(length).nextBytes(octets);
        return octets;
    }

    /** Passes packets one by one through seal and open, all in one batch. */
    private List<byte[]> pass(List<byte[]> packets) {
        gateway.withSa(Gateway.SPI)
                .seal(packets.stream().map(TestPackets::behindVnet).toArray(byte[][]::new))
                .loop();
        return gateway.tun.packets();
    }

    private static List<byte[]> flow(Shape shape, int... payloadBytes) {
        List<byte[]> packets = new ArrayList<>();
        int sequenceNumber = 0xFFFF_FF00;
        for (int bytes : payloadBytes) {
            packets.add(
                    TestPackets.packet(
                            shape, 100 + packets.size(), sequenceNumber, payload(bytes)));
            sequenceNumber += bytes;
        }
        return packets;
    }

    private static void assertSame(List<byte[]> expected, List<byte[]> actual) {
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i), actual.get(i), "packet " + i);
        }
    }

    static Stream<Shape> shapes() {
        return Stream.of(Shape.TCP4, Shape.TCP6, Shape.UDP4, Shape.UDP6);
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void joinsAFlowIntoOneWriteThatSplitsIntoTheSamePackets(Shape shape) {
        List<byte[]> packets = flow(shape, 1000, 1000, 1000, 1000, 300);
        assertSame(packets, pass(packets));
        assertEquals(1, gateway.tun.written.size());
        assertEquals(5, gateway.inbound.counters().packets());
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void joinsPacketsWhosePayloadIsShorterThanTheirHeaders(Shape shape) {
        List<byte[]> packets = flow(shape, 5, 5, 5, 5, 5, 3);
        assertSame(packets, pass(packets));
        assertEquals(1, gateway.tun.written.size());
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void beginsAnewAfterAShortOrALongerPacket(Shape shape) {
        List<byte[]> packets = flow(shape, 500, 500, 300, 300, 300, 600, 600);
        assertSame(packets, pass(packets));
        assertEquals(3, gateway.tun.written.size());
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void neverExceedsWhatTheLengthFieldHolds(Shape shape) {
        int[] lengths = new int[60];
        Arrays.fill(lengths, 1300);
        List<byte[]> packets = flow(shape, lengths);
        assertSame(packets, pass(packets));
        assertTrue(gateway.tun.written.stream().allMatch(write -> write.length <= 10 + 65_535));
    }

    @Test
    void endsWithThePacketThatPushes() {
        List<byte[]> packets = flow(Shape.TCP4, 500, 500, 500, 500);
        packets.get(1)[33] |= 0x08;
        TestPackets.fixChecksums(packets.get(1));
        assertSame(packets, pass(packets));
        assertEquals(2, gateway.tun.written.size());
    }

    static Stream<Arguments> strangers() {
        return Stream.of(
                stranger("other source", Shape.TCP4, p -> p[15]++),
                stranger("other destination", Shape.TCP4, p -> p[19]++),
                stranger("other source port", Shape.TCP4, p -> p[21]++),
                stranger("other destination port", Shape.TCP4, p -> p[23]++),
                stranger("gap in sequence", Shape.TCP4, p -> p[27]++),
                stranger("other acknowledgement", Shape.TCP4, p -> p[31]++),
                stranger("other window", Shape.TCP4, p -> p[35]++),
                stranger("other TCP option", Shape.TCP4, p -> p[51]++),
                stranger("FIN", Shape.TCP4, p -> p[33] |= 0x01),
                stranger("ECE", Shape.TCP4, p -> p[33] |= 0x40),
                stranger("URG", Shape.TCP4, p -> p[33] |= 0x20),
                stranger("no ACK", Shape.TCP4, p -> p[33] = 0),
                stranger("other DSCP", Shape.TCP4, p -> p[1] = 8),
                stranger("other TTL", Shape.TCP4, p -> p[8]--),
                stranger("DF clear", Shape.TCP4, p -> p[6] = 0),
                stranger("first fragment", Shape.TCP4, p -> p[6] |= 0x20),
                stranger("later fragment", Shape.TCP4, p -> p[7] = 1),
                stranger("other hop limit", Shape.TCP6, p -> p[7]--),
                stranger("other flow label", Shape.TCP6, p -> p[3]++),
                stranger("other traffic class", Shape.TCP6, p -> p[1] = 0x20),
                stranger("other IPv6 source", Shape.TCP6, p -> p[23]++),
                stranger("other IPv6 destination", Shape.TCP6, p -> p[39]++),
                stranger("other UDP port", Shape.UDP4, p -> p[23]++),
                stranger("UDP fragment", Shape.UDP4, p -> p[6] |= 0x20),
                stranger("other UDP6 port", Shape.UDP6, p -> p[41]++));
    }

    private static Arguments stranger(String what, Shape shape, Consumer<byte[]> change) {
        return Arguments.of(what, shape, change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("strangers")
    void doesNotJoinWhatDiffers(String what, Shape shape, Consumer<byte[]> change) {
        List<byte[]> packets = flow(shape, 500, 500, 500, 500);
        change.accept(packets.get(2));
        TestPackets.fixChecksums(packets.get(2));
        assertSame(packets, pass(packets));
        assertTrue(gateway.tun.written.size() > 1, what);
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void deliversCorruptPacketsSinglyWithTheirCorruptChecksum(Shape shape) {
        for (int corrupt = 0; corrupt < 4; corrupt++) {
            gateway.tun.written.clear();
            List<byte[]> packets = flow(shape, 500, 500, 500, 500);
            packets.get(corrupt)[200] ^= 0x10;
            assertSame(packets, pass(packets));
            assertFalse(TestPackets.checksumsHold(gateway.tun.packets().get(corrupt)));
        }
    }

    @Test
    void doesNotCoverUpACorruptIpv4HeaderChecksum() {
        List<byte[]> packets = flow(Shape.TCP4, 500, 500, 500);
        packets.get(1)[10] ^= 0x10;
        assertSame(packets, pass(packets));
        assertEquals(3, gateway.tun.written.size());
    }

    @Test
    void joinsUdpWithoutChecksum() {
        List<byte[]> packets = flow(Shape.UDP4, 500, 500, 500);
        packets.forEach(packet -> TestPackets.put16(packet, 26, 0));
        pass(packets);
        assertEquals(1, gateway.tun.written.size());
    }

    @Test
    void doesNotJoinUdpWhoseLengthContradictsIp() {
        List<byte[]> packets = flow(Shape.UDP4, 500, 500, 500);
        for (byte[] packet : packets) {
            TestPackets.put16(packet, 24, 400);
        }
        pass(packets);
        assertEquals(3, gateway.tun.written.size());
    }

    @Test
    void joinsTcpAgainAfterAnotherFlowCameBetween() {
        List<byte[]> packets = new ArrayList<>(flow(Shape.TCP4, 500, 500, 500));
        packets.addAll(flow(Shape.UDP6, 60, 60));
        packets.addAll(flow(Shape.TCP6, 700, 700));
        assertSame(packets, pass(packets));
        assertEquals(3, gateway.tun.written.size());
    }

    @Test
    void aForgedPacketAmidAFlowLeavesTheOthersIntact() {
        List<byte[]> packets = flow(Shape.TCP4, 500, 500, 500, 500);
        gateway.withSa(Gateway.SPI)
                .seal(packets.stream().map(TestPackets::behindVnet).toArray(byte[][]::new));
        byte[] wire = gateway.udp.sent.getFirst().octets();
        wire[2 * gateway.udp.sent.getFirst().segmentBytes() + 50] ^= 1;
        gateway.loop();
        packets.remove(2);
        assertSame(packets, gateway.tun.packets());
        assertEquals(1, gateway.drops(DropReason.AUTHENTICATION));
    }

    @Test
    void joinsPacketsThatAreNeverFragmentedWhateverTheirIdentification() {
        List<byte[]> packets = flow(Shape.TCP4, 500, 500, 500);
        TestPackets.put16(packets.get(1), 4, 0);
        TestPackets.fixChecksums(packets.get(1));
        pass(packets);
        assertEquals(1, gateway.tun.written.size());
    }

    @ParameterizedTest
    @CsvSource({"101, 1", "100, 3", "0, 3", "102, 3"})
    void keepsTheIdentificationOfPacketsThatMayBeFragmented(int second, int writes) {
        List<byte[]> packets = flow(Shape.TCP4, 500, 500, 500);
        for (byte[] packet : packets) {
            packet[6] = 0;
        }
        TestPackets.put16(packets.get(1), 4, second);
        packets.forEach(TestPackets::fixChecksums);
        assertSame(packets, pass(packets));
        assertEquals(writes, gateway.tun.written.size());
    }

    @Test
    void holdsNothingBackAcrossBatches() {
        List<byte[]> packets = flow(Shape.TCP4, 500, 500);
        pass(packets.subList(0, 1));
        assertEquals(1, gateway.tun.written.size());
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EINVAL, Errno.EIO, Errno.EMSGSIZE})
    void losesNothingWhenTheKernelRefusesSuperpacketsAndJoinsNoMore(int errno) {
        for (Shape shape : shapes().toList()) {
            try (Gateway refused = new Gateway()) {
                refused.tun.writeErrors.add(errno);
                List<byte[]> packets = flow(shape, 500, 500, 300);
                refused.withSa(Gateway.SPI);
                for (int round = 1; round <= 3; round++) {
                    refused.seal(
                                    packets.stream()
                                            .map(TestPackets::behindVnet)
                                            .toArray(byte[][]::new))
                            .loop();
                    assertSame(packets, refused.tun.packets());
                    assertEquals(3, refused.tun.written.size());
                    refused.tun.written.clear();
                }
                assertEquals(0, refused.drops());
                assertEquals(9, refused.inbound.counters().packets());
                String name = shape.protocol() == TestPackets.TCP ? "tcp" : "udp";
                assertEquals(
                        List.of("coalesce-" + name + ": " + Errno.text(errno)), refused.events);
            }
        }
    }

    @Test
    void stillJoinsTcpWhenTheKernelRefusesUdpSuperpackets() {
        gateway.tun.writeErrors.add(Errno.EINVAL);
        pass(flow(Shape.UDP4, 500, 500));
        gateway.tun.written.clear();
        List<byte[]> packets = flow(Shape.TCP4, 500, 500);
        assertSame(packets, pass(packets));
        assertEquals(1, gateway.tun.written.size());
    }

    @Test
    void keepsJoiningAfterADeviceThatWasDownForAMoment() {
        gateway.tun.writeErrors.addAll(List.of(Errno.EIO, Errno.EIO, Errno.EIO));
        List<byte[]> packets = flow(Shape.TCP4, 500, 500);
        pass(packets);
        assertEquals(2, gateway.drops(DropReason.TUN_WRITE));
        assertEquals(2, gateway.drops());
        assertEquals(List.of(), gateway.events);
        assertSame(packets, pass(packets));
        assertEquals(1, gateway.tun.written.size());
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void deliversTheSameOctetsWithOffloadsOff(Shape shape) {
        DataplaneSettings off =
                new DataplaneSettings(Gateway.MTU, CryptoBackend.JDK, true, Set.of());
        List<byte[]> packets = flow(shape, 900, 900, 900, 200);
        try (Gateway plain = new Gateway(off)) {
            plain.withSa(Gateway.SPI)
                    .seal(packets.stream().map(TestPackets::behindVnet).toArray(byte[][]::new));
            assertEquals(4, plain.udp.sent.size());
            List<byte[]> singly = plain.udp.datagrams();
            plain.loop();
            assertEquals(4, plain.tun.written.size());
            assertSame(packets, plain.tun.packets());
            gateway.withSa(Gateway.SPI)
                    .seal(packets.stream().map(TestPackets::behindVnet).toArray(byte[][]::new));
            assertSame(singly, gateway.udp.datagrams());
        }
    }
}
