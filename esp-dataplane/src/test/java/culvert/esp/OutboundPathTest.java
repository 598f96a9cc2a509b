package culvert.esp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.esp.TestPackets.Shape;
import culvert.model.Encapsulation;
import culvert.model.EspSuite;
import culvert.model.IpPrefix;
import culvert.model.Offload;
import culvert.model.OutboundSaParameters;
import culvert.model.Spi;
import culvert.model.TrafficSelector;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutboundPathTest {
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

    private static byte[] udp(int payloadBytes) {
        return TestPackets.packet(Shape.UDP4, 1, 0, payload(payloadBytes));
    }

    @Test
    void sealsAPacketIntoOneDatagramThatOpensToTheSamePacket() {
        byte[] packet = udp(100);
        gateway.withSa(Gateway.SPI).seal(TestPackets.behindVnet(packet));
        byte[] datagram = gateway.udp.datagrams().getFirst();
        assertEquals(EspPacket.sealedBytes(packet.length), datagram.length);
        assertEquals(Gateway.SPI.value(), ByteBuffer.wrap(datagram).getInt(0));
        assertEquals(1, ByteBuffer.wrap(datagram).getInt(4));
        gateway.loop();
        assertArrayEquals(packet, gateway.tun.packets().getFirst());
        assertEquals(1, gateway.outbound.counters().packets());
        assertEquals(packet.length, gateway.outbound.counters().bytes());
    }

    @Test
    void sendsNothingWithoutAnSa() {
        gateway.seal(TestPackets.behindVnet(udp(100)), TestPackets.behindVnet(udp(5)));
        assertTrue(gateway.udp.sent.isEmpty());
        assertEquals(2, gateway.drops(DropReason.NO_SA));
    }

    @Test
    void sendsNothingAfterTheLastSaIsRemoved() {
        gateway.withSa(Gateway.SPI).seal(TestPackets.behindVnet(udp(100)));
        gateway.outboundCommands.offer(new SaCommand.Remove<>(Gateway.SPI));
        gateway.seal(TestPackets.behindVnet(udp(100)));
        assertEquals(1, gateway.udp.datagrams().size());
        assertEquals(1, gateway.drops(DropReason.NO_SA));
    }

    @Test
    void sealsWithTheNewestSaAndGoesBackWhenItIsRemoved() {
        Spi newer = new Spi(0x1000);
        gateway.withSa(Gateway.SPI).withSa(newer).seal(TestPackets.behindVnet(udp(100)));
        gateway.outboundCommands.offer(new SaCommand.Remove<>(newer));
        gateway.seal(TestPackets.behindVnet(udp(100)));
        assertEquals(
                List.of(newer.value(), Gateway.SPI.value()),
                gateway.udp.datagrams().stream()
                        .map(datagram -> ByteBuffer.wrap(datagram).getInt(0))
                        .toList());
    }

    @Test
    void groupsConsecutivePacketsOfEqualSizeIntoOneSend() {
        byte[][] reads = new byte[30][];
        Arrays.fill(reads, TestPackets.behindVnet(udp(64)));
        gateway.withSa(Gateway.SPI).seal(reads);
        assertEquals(1, gateway.udp.sent.size());
        assertEquals(30, gateway.udp.datagrams().size());
    }

    @Test
    void letsAShorterPacketEndTheRunAndALongerOneBeginTheNext() {
        gateway.withSa(Gateway.SPI)
                .seal(
                        TestPackets.behindVnet(udp(200)),
                        TestPackets.behindVnet(udp(200)),
                        TestPackets.behindVnet(udp(100)),
                        TestPackets.behindVnet(udp(100)),
                        TestPackets.behindVnet(udp(300)));
        assertEquals(
                List.of(3, 1, 1),
                gateway.udp.sent.stream().map(batch -> batch.datagrams().size()).toList());
        gateway.loop();
        assertEquals(5, gateway.tun.packets().size());
    }

    @Test
    void givesEachTrafficClassItsOwnRunAndItsOuterHeader() {
        byte[] marked = TestPackets.packet(Shape.UDP4.withTrafficClass(0xB9), 1, 0, payload(64));
        byte[] marked6 = TestPackets.packet(Shape.UDP6.withTrafficClass(0x2E), 1, 0, payload(44));
        gateway.withSa(Gateway.SPI)
                .seal(
                        TestPackets.behindVnet(udp(64)),
                        TestPackets.behindVnet(marked),
                        TestPackets.behindVnet(marked6));
        assertEquals(
                List.of(0, 0xB9, 0x2E),
                gateway.udp.sent.stream().map(MemoryUdp.Batch::trafficClass).toList());
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0, 1", "0, 2", "0, 3", "0xB8, 0", "0xB8, 1", "0xB8, 2", "0xB8, 3"})
    void copiesEcnAlwaysAndDscpByPolicy(String dscp, int ecn) {
        int inner = Integer.decode(dscp) | ecn;
        for (Shape shape : List.of(Shape.UDP4, Shape.UDP6)) {
            byte[] packet = TestPackets.packet(shape.withTrafficClass(inner), 1, 0, payload(64));
            DataplaneSettings clear =
                    new DataplaneSettings(
                            Gateway.MTU, CryptoBackend.JDK, false, Set.of(Offload.values()));
            try (Gateway copying = new Gateway();
                    Gateway clearing = new Gateway(clear)) {
                copying.withSa(Gateway.SPI).seal(TestPackets.behindVnet(packet));
                clearing.withSa(Gateway.SPI).seal(TestPackets.behindVnet(packet));
                assertEquals(inner, copying.udp.sent.getFirst().trafficClass());
                assertEquals(ecn, clearing.udp.sent.getFirst().trafficClass());
            }
        }
    }

    @Test
    void doesNotSplitARunForAClassThatIsNotCopied() {
        DataplaneSettings clear =
                new DataplaneSettings(
                        Gateway.MTU, CryptoBackend.JDK, false, Set.of(Offload.values()));
        byte[] voice = TestPackets.packet(Shape.UDP4.withTrafficClass(0xB8), 1, 0, payload(64));
        try (Gateway clearing = new Gateway(clear)) {
            clearing.withSa(Gateway.SPI)
                    .seal(TestPackets.behindVnet(voice), TestPackets.behindVnet(udp(64)));
            assertEquals(1, clearing.udp.sent.size());
            clearing.loop();
            assertArrayEquals(voice, clearing.tun.packets().getFirst(), "inside nothing changes");
        }
    }

    @Test
    void putsNoMoreThan64DatagramsInOneSend() {
        byte[] read = TestPackets.superpacket(Shape.UDP4, 7, 0, payload(100 * 70), 100);
        gateway.withSa(Gateway.SPI).seal(read);
        assertEquals(
                List.of(64, 6),
                gateway.udp.sent.stream().map(batch -> batch.datagrams().size()).toList());
    }

    @Test
    void putsNoMoreThan65507OctetsInOneSend() {
        int mss = Gateway.MTU - 52;
        byte[] read = TestPackets.superpacket(Shape.TCP4, 7, 1, payload(65_535 - 52), mss);
        gateway.withSa(Gateway.SPI).seal(read);
        assertEquals(2, gateway.udp.sent.size());
        for (MemoryUdp.Batch batch : gateway.udp.sent) {
            assertTrue(batch.octets().length <= 65_507, "octets " + batch.octets().length);
        }
        assertEquals(1472, gateway.udp.sent.getFirst().segmentBytes());
    }

    @Test
    void drainsAtMost64ReadsPerBatch() {
        byte[][] reads = new byte[100][];
        Arrays.fill(reads, TestPackets.behindVnet(udp(64)));
        gateway.withSa(Gateway.SPI).seal(reads);
        assertEquals(36, gateway.tun.readable.size());
    }

    @Test
    void completesAChecksumThatTheKernelLeftToUs() {
        byte[] complete = udp(101);
        byte[] partial = complete.clone();
        int pseudo = TestPackets.sum(partial, 12, 20, 17 + partial.length - 20);
        TestPackets.put16(partial, 26, pseudo);
        gateway.withSa(Gateway.SPI).seal(TestPackets.behindVnet(1, 0, 0, 0, 20, 6, partial)).loop();
        assertArrayEquals(complete, gateway.tun.packets().getFirst());
    }

    @ParameterizedTest
    @CsvSource({
        "start before the end of the IP header, 19, 6",
        "field at the last octet, 20, 108",
        "field behind the packet, 20, 60000",
        "start behind the packet, 60000, 6",
    })
    void dropsAChecksumPlaceOutsideThePacket(String what, int start, int field) {
        gateway.withSa(Gateway.SPI)
                .seal(TestPackets.behindVnet(1, 0, 0, 0, start, field, udp(101)));
        assertTrue(gateway.udp.sent.isEmpty(), what);
        assertEquals(1, gateway.drops(DropReason.VNET_HEADER), what);
    }

    @ParameterizedTest
    @CsvSource({
        "no NEEDS_CSUM, 0, 1, 1000, 20",
        "unknown type, 1, 3, 1000, 20",
        "TCPv6 on IPv4, 1, 4, 1000, 20",
        "UDP on TCP, 1, 5, 1000, 20",
        "size 0, 1, 1, 0, 20",
        "start inside the IP header, 1, 1, 1000, 12",
        "start behind the IP header, 1, 1, 1000, 24",
        "start behind the packet, 1, 1, 1000, 65535",
    })
    void dropsASuperpacketWhoseVnetHeaderLies(
            String what, int flags, int type, int size, int start) {
        byte[] packet = TestPackets.packet(Shape.TCP4, 1, 1, payload(5000));
        gateway.withSa(Gateway.SPI)
                .seal(TestPackets.behindVnet(flags, type, 52, size, start, 16, packet));
        assertTrue(gateway.udp.sent.isEmpty(), what);
        assertEquals(1, gateway.drops(DropReason.VNET_HEADER), what);
    }

    @Test
    void dropsASuperpacketWhoseTcpHeaderRunsPastItsEnd() {
        byte[] packet = TestPackets.packet(Shape.TCP4, 1, 1, new byte[0]);
        byte[] runt = Arrays.copyOf(packet, 45);
        TestPackets.put16(runt, 2, 45);
        runt[32] = (byte) 0xF0;
        gateway.withSa(Gateway.SPI).seal(TestPackets.behindVnet(1, 1, 40, 1000, 20, 16, runt));
        assertEquals(1, gateway.drops(DropReason.VNET_HEADER));
    }

    @Test
    void acceptsAnEcnMarkedSuperpacketType() {
        byte[] read = TestPackets.superpacket(Shape.TCP4, 1, 1, payload(3000), 1000);
        read[1] |= (byte) 0x80;
        gateway.withSa(Gateway.SPI).seal(read);
        assertEquals(3, gateway.udp.datagrams().size());
    }

    @Test
    void repeatsIpv6ExtensionHeadersInEverySegment() {
        byte[] plain = TestPackets.superpacket(Shape.TCP6, 1, 1, payload(2500), 1000);
        byte[] extended = withHopByHop(plain, 10);
        ByteBuffer.wrap(extended).order(ByteOrder.nativeOrder()).putShort(6, (short) 48);
        gateway.withSa(Gateway.SPI).seal(extended).loop();
        List<byte[]> expected =
                TestPackets.split(plain).stream().map(p -> withHopByHop(p, 0)).toList();
        List<byte[]> packets = gateway.tun.packets();
        assertEquals(expected.size(), packets.size());
        for (int i = 0; i < packets.size(); i++) {
            assertArrayEquals(expected.get(i), packets.get(i), "packet " + i);
        }
    }

    /** Puts eight octets of hop-by-hop options behind the IPv6 header at {@code ip}. */
    private static byte[] withHopByHop(byte[] octets, int ip) {
        byte[] longer = new byte[octets.length + 8];
        System.arraycopy(octets, 0, longer, 0, ip + 40);
        System.arraycopy(octets, ip + 40, longer, ip + 48, octets.length - ip - 40);
        longer[ip + 40] = longer[ip + 6];
        longer[ip + 6] = 0;
        longer[ip + 42] = 1; // PadN of four octets
        longer[ip + 43] = 4;
        TestPackets.put16(longer, ip + 4, longer.length - ip - 40);
        return longer;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 9})
    void dropsAReadShorterThanTheVnetHeader(int length) {
        gateway.withSa(Gateway.SPI).seal(new byte[length]);
        assertEquals(1, gateway.drops(DropReason.VNET_HEADER));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "45", "00000000000000000000000000000000000000000000", "4f"})
    void dropsWhatIsNoIpPacket(String hex) {
        byte[] head = HexFormat.of().parseHex(hex);
        gateway.withSa(Gateway.SPI).seal(TestPackets.behindVnet(head));
        assertEquals(1, gateway.drops(DropReason.INNER_HEADER));
    }

    @Test
    void dropsPacketsAndSegmentsLongerThanTheMtu() {
        gateway.withSa(Gateway.SPI)
                .seal(
                        TestPackets.behindVnet(udp(Gateway.MTU - 28 + 1)),
                        TestPackets.superpacket(Shape.UDP4, 1, 0, payload(5000), 1411),
                        TestPackets.behindVnet(udp(Gateway.MTU - 28)));
        assertEquals(2, gateway.drops(DropReason.OVERSIZED));
        assertEquals(1500 - 28, gateway.udp.datagrams().getFirst().length);
    }

    @Test
    void dropsWhatTheSelectorsDoNotAdmit() {
        EspSuite suite = EspSuite.AES128_GCM16;
        OutboundSaParameters narrow =
                new OutboundSaParameters(
                        Gateway.SPI,
                        suite,
                        Gateway.keymat(Gateway.SPI, suite),
                        false,
                        Encapsulation.UDP,
                        List.of(TrafficSelector.of(IpPrefix.parse("10.1.2.0/24"))),
                        List.of(TrafficSelector.of(IpPrefix.parse("192.168.11.0/24"))));
        gateway.outboundCommands.offer(new SaCommand.Install<>(narrow));
        gateway.seal(TestPackets.behindVnet(udp(10)));
        assertEquals(1, gateway.drops(DropReason.SELECTORS));
        assertTrue(gateway.udp.sent.isEmpty());
    }

    @Test
    void neverSendsAPacketWithAWrappedSequenceNumber() {
        OutboundSa sa =
                OutboundSa.keyed(
                        Gateway.outboundSa(Gateway.SPI),
                        CryptoBackend.select().backend(),
                        new SequenceCounter(false, SequenceCounter.LAST - 2));
        gateway.outbound.install(sa);
        gateway.seal(TestPackets.superpacket(Shape.TCP4, 1, 1, payload(5000), 1000));
        assertEquals(
                List.of(-2, -1),
                gateway.udp.datagrams().stream()
                        .map(datagram -> ByteBuffer.wrap(datagram).getInt(4))
                        .toList());
        assertEquals(3, gateway.drops(DropReason.SEQUENCE_EXHAUSTED));
        OutboundSaActivity activity = gateway.outbound.activity().getFirst();
        assertEquals(SequenceCounter.LAST, activity.sequenceNumber());
    }

    @Test
    void evictsTheOldestOfFiveSasAndTellsIt() {
        for (int i = 0; i < 5; i++) {
            gateway.withSa(new Spi(0x1000 + i));
        }
        gateway.outbound.doWork();
        gateway.inbound.doWork();
        assertEquals(4, gateway.outbound.activity().size());
        assertEquals(4, gateway.inbound.activity().size());
        assertEquals(
                List.of(
                        "00001000: outbound: removed, it was the oldest of 5",
                        "00001000: inbound: removed, it was the oldest of 5"),
                gateway.events);
    }

    @Test
    void wipesKeymatOnInstallAndOfCommandsThatNobodyTook() {
        OutboundSaParameters taken = Gateway.outboundSa(Gateway.SPI);
        OutboundSaParameters left = Gateway.outboundSa(new Spi(0x2000));
        gateway.outboundCommands.offer(new SaCommand.Install<>(taken));
        gateway.outbound.doWork();
        assertTrue(taken.keymat().isWiped());
        gateway.outboundCommands.offer(new SaCommand.Install<>(left));
        gateway.outbound.close();
        assertTrue(left.keymat().isWiped());
    }
}
