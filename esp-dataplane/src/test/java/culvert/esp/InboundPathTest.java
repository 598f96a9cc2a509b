package culvert.esp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.esp.TestPackets.Shape;
import culvert.model.EspSuite;
import culvert.model.InboundSaParameters;
import culvert.model.IpPrefix;
import culvert.model.Spi;
import culvert.model.TrafficSelector;
import culvert.tunio.Errno;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InboundPathTest {
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

    /** Inner packet, then any padding and trailer. */
    private static byte[] sealed(int sequenceNumber, byte[] inner, String trailerHex) {
        byte[] trailer = HexFormat.of().parseHex(trailerHex);
        byte[] plain = Arrays.copyOf(inner, inner.length + trailer.length);
        System.arraycopy(trailer, 0, plain, inner.length, trailer.length);
        return TestSeal.raw(Gateway.SPI, sequenceNumber, plain);
    }

    private static byte[] sealed(int sequenceNumber, byte[] inner) {
        return TestSeal.raw(Gateway.SPI, sequenceNumber, inner);
    }

    private static byte[] sealed(Spi spi, int sequenceNumber, byte[] inner, int nextHeader) {
        return TestSeal.sealed(spi, sequenceNumber, inner, nextHeader);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 100, 1400})
    void deliversThePacketForEveryLengthOfPadding(int payloadBytes) {
        byte[] packet = udp(payloadBytes);
        gateway.withSa(Gateway.SPI).receive(sealed(Gateway.SPI, 1, packet, 4));
        assertArrayEquals(packet, gateway.tun.packets().getFirst());
        assertEquals(packet.length, gateway.inbound.counters().bytes());
        assertEquals(1, gateway.inbound.activity().getFirst().packets());
    }

    @Test
    void swallowsKeepalives() {
        gateway.receive(new byte[] {(byte) 0xFF});
        assertEquals(0, gateway.drops());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00", "fe", "ffff", "c1a2b3", "c1a2b3c4", "00000000", "c1a2b3c400"})
    void dropsDatagramsTooShortToBeAnything(String hex) {
        gateway.withSa(Gateway.SPI).receive(HexFormat.of().parseHex(hex));
        assertEquals(1, gateway.drops(DropReason.TOO_SHORT));
        assertEquals(1, gateway.drops());
    }

    @Test
    void dropsEveryEspPacketShorterThanHeaderTrailerAndIcv() {
        byte[] shortest = sealed(1, new byte[0], "01020204");
        for (int length = 5; length < shortest.length; length++) {
            gateway.receive(Arrays.copyOf(shortest, length));
        }
        assertEquals(EspPacket.SHORTEST_BYTES - 5, gateway.drops(DropReason.TOO_SHORT));
    }

    @Test
    void handsIkeMessagesOnWithoutTheNonEspMarker() {
        gateway.receive(HexFormat.of().parseHex("00000000aabbcc"));
        assertArrayEquals(HexFormat.of().parseHex("aabbcc"), gateway.ike.getFirst());
    }

    @Test
    void dropsIkeMessagesThatNobodyHasRoomFor() {
        gateway.ikeRoom = 1;
        gateway.receive(HexFormat.of().parseHex("00000000aa"));
        gateway.receive(HexFormat.of().parseHex("00000000bb"));
        assertEquals(1, gateway.ike.size());
        assertEquals(1, gateway.drops(DropReason.QUEUE_FULL));
    }

    @Test
    void takesABatchOfMixedSpisWithIkeAtItsEndApart() {
        Spi other = new Spi(0x2000);
        byte[] packet = udp(64);
        byte[] ike = {0, 0, 0, 0, 7};
        gateway.withSa(Gateway.SPI).withSa(other);
        gateway.udp.arrive(
                0,
                sealed(Gateway.SPI, 1, packet, 4),
                sealed(other, 1, packet, 4),
                sealed(new Spi(0x3000), 1, packet, 4),
                sealed(Gateway.SPI, 2, packet, 4),
                ike);
        gateway.inbound.doWork();
        assertEquals(3, gateway.tun.packets().size());
        assertEquals(1, gateway.drops(DropReason.NO_SA));
        assertArrayEquals(new byte[] {7}, gateway.ike.getFirst());
    }

    @Test
    void dropsUnknownAndReservedSpis() {
        gateway.withSa(Gateway.SPI)
                .receive(sealed(new Spi(0x4711), 1, udp(10), 4))
                .receive(sealed(new Spi(1), 1, udp(10), 4));
        assertEquals(2, gateway.drops(DropReason.NO_SA));
    }

    @Test
    void dropsACiphertextThatIsNotAlignedBeforeOpeningIt() {
        byte[] datagram = sealed(Gateway.SPI, 1, udp(10), 4);
        gateway.withSa(Gateway.SPI).receive(Arrays.copyOf(datagram, datagram.length + 1));
        assertEquals(1, gateway.drops(DropReason.MALFORMED));
    }

    @Test
    void dropsAPacketWithAnyOctetChangedAndStillTakesTheGenuineOne() {
        byte[] genuine = sealed(Gateway.SPI, 1, udp(10), 4);
        gateway.withSa(Gateway.SPI);
        for (int i = 4; i < genuine.length; i++) {
            byte[] forged = genuine.clone();
            forged[i] ^= 0x40;
            gateway.receive(forged);
        }
        assertEquals(genuine.length - 4, gateway.drops(DropReason.AUTHENTICATION));
        assertEquals(0, gateway.inbound.activity().getFirst().packets());
        gateway.receive(genuine);
        assertEquals(1, gateway.tun.packets().size());
    }

    @Test
    void aForgedHighSequenceNumberDoesNotMoveTheWindow() {
        byte[] forged = sealed(Gateway.SPI, 0x7FFF_FFFF, udp(10), 4);
        forged[40] ^= 1;
        gateway.withSa(Gateway.SPI).receive(forged).receive(sealed(Gateway.SPI, 1, udp(10), 4));
        assertEquals(1, gateway.tun.packets().size());
    }

    @Test
    void dropsReplaysAndNumbersLeftOfTheWindow() {
        gateway.withSa(Gateway.SPI)
                .receive(sealed(Gateway.SPI, 2000, udp(10), 4))
                .receive(sealed(Gateway.SPI, 2000, udp(10), 4))
                .receive(sealed(Gateway.SPI, 976, udp(10), 4))
                .receive(sealed(Gateway.SPI, 977, udp(10), 4))
                .receive(sealed(Gateway.SPI, 977, udp(10), 4))
                .receive(sealed(Gateway.SPI, 0, udp(10), 4));
        assertEquals(2, gateway.tun.packets().size());
        assertEquals(4, gateway.drops(DropReason.REPLAY));
    }

    @ParameterizedTest
    @CsvSource({
        "pad length beyond the plaintext, 0102ff04",
        "padding not ascending, 01030204",
        "padding from zero, 00010204",
        "padding of zeros, 00000204",
    })
    void dropsPaddingThatLies(String what, String trailer) {
        gateway.withSa(Gateway.SPI).receive(sealed(1, udp(4), trailer));
        assertEquals(1, gateway.drops(DropReason.PADDING), what);
        assertTrue(gateway.tun.written.isEmpty(), what);
    }

    @Test
    void acceptsLongPaddingThatIsAscending() {
        byte[] inner = udp(4);
        StringBuilder trailer = new StringBuilder();
        for (int i = 1; i <= 254; i++) {
            trailer.append(HexFormat.of().toHexDigits((byte) i));
        }
        trailer.append("fe04");
        gateway.withSa(Gateway.SPI).receive(sealed(1, inner, trailer.toString()));
        assertArrayEquals(inner, gateway.tun.packets().getFirst());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 6, 17, 50, 58, 97, 255})
    void dropsUnknownNextHeaders(int nextHeader) {
        gateway.withSa(Gateway.SPI).receive(sealed(Gateway.SPI, 1, udp(4), nextHeader));
        assertEquals(1, gateway.drops(DropReason.NEXT_HEADER));
    }

    @Test
    void swallowsDummiesAfterFullProcessing() {
        byte[] dummy = sealed(Gateway.SPI, 1, payload(50), 59);
        gateway.withSa(Gateway.SPI).receive(dummy).receive(dummy);
        assertTrue(gateway.tun.written.isEmpty());
        assertEquals(1, gateway.inbound.activity().getFirst().packets());
        assertEquals(1, gateway.drops(DropReason.REPLAY));
        assertEquals(1, gateway.drops());
    }

    @ParameterizedTest
    @CsvSource({
        "IPv6 under next header 4, UDP6, 4",
        "IPv4 under next header 41, UDP4, 41",
    })
    void dropsAnInnerVersionThatContradictsTheNextHeader(String what, String shape, int next) {
        Shape inner = shape.equals("UDP4") ? Shape.UDP4 : Shape.UDP6;
        byte[] packet = TestPackets.packet(inner, 1, 0, payload(10));
        gateway.withSa(Gateway.SPI).receive(sealed(Gateway.SPI, 1, packet, next));
        assertEquals(1, gateway.drops(DropReason.INNER_HEADER), what);
    }

    @Test
    void dropsInnerPacketsThatAreNotIpOrLieAboutTheirLength() {
        byte[] longer = udp(10);
        TestPackets.put16(longer, 2, 39);
        byte[] shorterThanHeader = udp(10);
        TestPackets.put16(shorterThanHeader, 2, 19);
        byte[] headerTooShort = udp(10);
        headerTooShort[0] = 0x44;
        byte[] headerTooLong = udp(10);
        headerTooLong[0] = 0x4F;
        byte[] longer6 = TestPackets.packet(Shape.UDP6, 1, 0, payload(10));
        TestPackets.put16(longer6, 4, 19);
        gateway.withSa(Gateway.SPI)
                .receive(sealed(Gateway.SPI, 1, longer, 4))
                .receive(sealed(Gateway.SPI, 2, shorterThanHeader, 4))
                .receive(sealed(Gateway.SPI, 3, headerTooShort, 4))
                .receive(sealed(Gateway.SPI, 4, headerTooLong, 4))
                .receive(sealed(Gateway.SPI, 5, longer6, 41))
                .receive(sealed(Gateway.SPI, 6, Arrays.copyOf(udp(10), 19), 4))
                .receive(sealed(Gateway.SPI, 7, Arrays.copyOf(longer6, 39), 41))
                .receive(sealed(Gateway.SPI, 8, payload(100), 4))
                .receive(sealed(Gateway.SPI, 9, new byte[0], 4));
        assertEquals(9, gateway.drops(DropReason.INNER_HEADER));
        assertTrue(gateway.tun.written.isEmpty());
    }

    @Test
    void trimsTrafficFlowConfidentialityPadding() {
        byte[] packet = udp(10);
        gateway.withSa(Gateway.SPI).receive(sealed(Gateway.SPI, 1, Arrays.copyOf(packet, 600), 4));
        assertArrayEquals(packet, gateway.tun.packets().getFirst());
    }

    @Test
    void dropsInnerPacketsOutsideTheSelectors() {
        EspSuite suite = EspSuite.AES256_GCM16;
        gateway.inboundCommands.offer(
                new SaCommand.Install<>(
                        new InboundSaParameters(
                                Gateway.SPI,
                                suite,
                                Gateway.keymat(Gateway.SPI, suite),
                                false,
                                64,
                                List.of(TrafficSelector.of(IpPrefix.parse("10.1.2.0/24"))),
                                List.of(TrafficSelector.ANY_IPV4))));
        byte[] inside = udp(10);
        byte[] outside = udp(10);
        outside[14] = 3;
        TestPackets.fixChecksums(outside);
        byte[] otherFamily = TestPackets.packet(Shape.UDP6, 1, 0, payload(10));
        gateway.receive(sealed(Gateway.SPI, 1, inside, 4))
                .receive(sealed(Gateway.SPI, 2, outside, 4))
                .receive(sealed(Gateway.SPI, 3, otherFamily, 41));
        assertEquals(1, gateway.tun.packets().size());
        assertEquals(2, gateway.drops(DropReason.SELECTORS));
    }

    @ParameterizedTest
    @CsvSource({ // RFC 6040 4.2, figure 4: inner, outer, result; Not-ECT 0, ECT(1) 1, ECT(0) 2, CE
        // 3
        "0, 0, 0", "0, 2, 0", "0, 1, 0", "0, 3, -1",
        "2, 0, 2", "2, 2, 2", "2, 1, 1", "2, 3, 3",
        "1, 0, 1", "1, 2, 1", "1, 1, 1", "1, 3, 3",
        "3, 0, 3", "3, 2, 3", "3, 1, 3", "3, 3, 3"
    })
    void combinesCongestionMarksAsRfc6040Asks(int innerEcn, int outerEcn, int expected) {
        Shape before = Shape.TCP4.withTrafficClass(0xB8 | innerEcn);
        byte[] packet = TestPackets.packet(before, 1, 1, payload(10));
        gateway.withSa(Gateway.SPI);
        // The outer DSCP was for the path, and is not for the inner network (RFC 2983 3.1).
        gateway.udp.arrive(0x28 | outerEcn, sealed(Gateway.SPI, 1, packet, 4));
        gateway.inbound.doWork();
        if (expected < 0) {
            assertEquals(1, gateway.drops(DropReason.ECN));
            assertTrue(gateway.tun.written.isEmpty());
        } else {
            Shape after = Shape.TCP4.withTrafficClass(0xB8 | expected);
            assertArrayEquals(
                    TestPackets.packet(after, 1, 1, payload(10)), gateway.tun.packets().getFirst());
        }
    }

    @Test
    void marksCongestionInTheIpv6TrafficClass() {
        byte[] packet = TestPackets.packet(Shape.TCP6.withTrafficClass(0xB9), 1, 1, payload(10));
        gateway.withSa(Gateway.SPI);
        gateway.udp.arrive(3, sealed(Gateway.SPI, 1, packet, 41));
        gateway.inbound.doWork();
        assertArrayEquals(
                TestPackets.packet(Shape.TCP6.withTrafficClass(0xBB), 1, 1, payload(10)),
                gateway.tun.packets().getFirst());
    }

    @Test
    void treatsAnUnknownOuterTrafficClassAsUnmarked() {
        gateway.withSa(Gateway.SPI);
        gateway.udp.arrive(-1, sealed(Gateway.SPI, 1, udp(10), 4));
        gateway.inbound.doWork();
        assertEquals(1, gateway.tun.packets().size());
    }

    @Test
    void keepsFourSasInUseDuringRekeys() {
        for (int i = 0; i < 4; i++) {
            gateway.withSa(new Spi(0x1000 + i));
        }
        for (int round = 1; round <= 3; round++) {
            for (int i = 0; i < 4; i++) {
                gateway.receive(sealed(new Spi(0x1000 + i), round, udp(10), 4));
            }
        }
        assertEquals(12, gateway.tun.packets().size());
        gateway.inboundCommands.offer(new SaCommand.Remove<>(new Spi(0x1000)));
        gateway.receive(sealed(new Spi(0x1000), 4, udp(10), 4))
                .receive(sealed(new Spi(0x1001), 4, udp(10), 4));
        assertEquals(13, gateway.tun.packets().size());
        assertEquals(1, gateway.drops(DropReason.NO_SA));
        assertEquals(3, gateway.inbound.activity().size());
    }

    @Test
    void findsAnSaThatIsInstalledWhileTheDatagramIsAlreadyThere() {
        gateway.udp.arrive(0, sealed(Gateway.SPI, 1, udp(10), 4));
        gateway.withSa(Gateway.SPI);
        gateway.inbound.doWork();
        assertEquals(1, gateway.tun.packets().size());
    }

    @Test
    void countsWhatTheTunDeviceRefuses() {
        gateway.tun.writeErrors.add(Errno.EIO);
        gateway.withSa(Gateway.SPI).receive(sealed(Gateway.SPI, 1, udp(10), 4));
        assertEquals(1, gateway.drops(DropReason.TUN_WRITE));
        assertEquals(0, gateway.inbound.counters().packets());
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EIO, Errno.EINVAL})
    void turnsReceiveOffloadOffWhenItFailsAndGoesOn(int errno) {
        gateway.udp.receiveErrors.add(errno);
        gateway.withSa(Gateway.SPI).receive(sealed(Gateway.SPI, 1, udp(64), 4));
        assertEquals(1, gateway.tun.packets().size());
        assertFalse(gateway.udp.receiveOffload);
        assertEquals(List.of("gro: " + Errno.text(errno)), gateway.events);
        gateway.udp.receiveErrors.add(errno);
        gateway.receive(sealed(Gateway.SPI, 2, udp(64), 4));
        assertEquals(1, gateway.events.size());
    }

    @Test
    void survivesRandomDatagrams() {
        long seed = Long.getLong("sim.seed", System.nanoTime());
        System.out.println("survivesRandomDatagrams -Dsim.seed=" + seed);
        Random random = new Random(seed);
        gateway.withSa(Gateway.SPI);
        for (int i = 0; i < 20_000; i++) {
            byte[] datagram = new byte[random.nextInt(120)];
            random.nextBytes(datagram);
            if (random.nextBoolean() && datagram.length > 4) {
                datagram = sealed(i + 1, Arrays.copyOf(datagram, datagram.length & ~3));
            }
            gateway.receive(datagram);
        }
        assertTrue(gateway.events.isEmpty());
    }
}
