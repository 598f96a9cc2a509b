package culvert.esp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.esp.TestPackets.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Packets that are right but unusual pass as they are, and never harm the ones beside them. */
class OddPacketsTest {
    private final Gateway gateway = new Gateway().withSa(Gateway.SPI);

    @AfterEach
    void close() {
        gateway.close();
    }

    private static byte[] payload(int length) {
        byte[] octets = new byte[length];
        new Random(length).nextBytes(octets);
        return octets;
    }

    private static byte[] tcp4(int sequenceNumber, int length) {
        return TestPackets.packet(Shape.TCP4, 1, sequenceNumber, payload(length));
    }

    /** Puts octets between the IP header and what follows it. */
    private static byte[] inserted(byte[] packet, int at, byte... octets) {
        byte[] longer = Arrays.copyOf(packet, packet.length + octets.length);
        System.arraycopy(octets, 0, longer, at, octets.length);
        System.arraycopy(packet, at, longer, at + octets.length, packet.length - at);
        return longer;
    }

    /** With four octets of IPv4 options: three NOPs and the end. */
    static byte[] withOptions(byte[] packet) {
        byte[] longer = inserted(packet, 20, (byte) 1, (byte) 1, (byte) 1, (byte) 0);
        longer[0] = 0x46;
        TestPackets.put16(longer, 2, longer.length);
        TestPackets.fixChecksums(longer);
        return longer;
    }

    /** With an IPv6 extension header of eight octets; its checksums stay right. */
    static byte[] extended(byte[] packet, int header) {
        byte[] longer = inserted(packet, 40, new byte[8]);
        longer[40] = packet[6];
        longer[6] = (byte) header;
        if (header != 44) { // a fragment header has zeros there
            longer[42] = 1; // PadN of four octets
            longer[43] = 4;
        }
        TestPackets.put16(longer, 4, longer.length - 40);
        return longer;
    }

    static Stream<Arguments> odd() {
        byte[] udp6 = TestPackets.packet(Shape.UDP6, 1, 0, payload(300));
        byte[] noChecksum4 = TestPackets.packet(Shape.UDP4, 1, 0, payload(300));
        TestPackets.put16(noChecksum4, 26, 0);
        byte[] noChecksum6 = udp6.clone();
        TestPackets.put16(noChecksum6, 46, 0);
        byte[] fragment = tcp4(1, 300);
        TestPackets.put16(fragment, 6, 0x2000);
        TestPackets.fixChecksums(fragment);
        byte[] tcp6 = TestPackets.packet(Shape.TCP6, 1, 1, payload(300));
        return Stream.of(
                Arguments.of("IPv4 options", withOptions(tcp4(1, 300))),
                Arguments.of("IPv6 hop-by-hop options", extended(tcp6, 0)),
                Arguments.of("IPv6 destination options", extended(udp6, 60)),
                Arguments.of("IPv6 fragment header", extended(udp6, 44)),
                Arguments.of("IPv4 fragment", fragment),
                Arguments.of("UDP over IPv6 without a checksum", noChecksum6),
                Arguments.of("TCP without payload", tcp4(1, 0)),
                Arguments.of(
                        "UDP without payload", TestPackets.packet(Shape.UDP4, 1, 0, payload(0))),
                Arguments.of("jumbo", tcp4(1, 9000 - 52)),
                Arguments.of("as long as IPv4 gets in one datagram", tcp4(1, 65_400 - 52)));
    }

    /** Between two halves of a flow that joins, as one receive brings them. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("odd")
    void passUnchangedAndAloneInTheMidstOfAFlow(String what, byte[] odd) {
        List<byte[]> packets =
                List.of(tcp4(1, 500), tcp4(501, 500), odd, odd, tcp4(1001, 500), tcp4(1501, 500));
        int number = 1;
        for (byte[] packet : packets) {
            gateway.udp.arrive(0, TestSeal.sealed(number++, packet));
        }
        gateway.inbound.doWork();
        List<byte[]> delivered = gateway.tun.packets();
        assertEquals(packets.size(), delivered.size());
        for (int i = 0; i < packets.size(); i++) {
            // Joining may renumber packets with DF, whose identification means nothing.
            assertArrayEquals(
                    i == 2 || i == 3 ? packets.get(i) : unidentified(packets.get(i)),
                    i == 2 || i == 3 ? delivered.get(i) : unidentified(delivered.get(i)),
                    what + ", packet " + i);
        }
        assertEquals(4, gateway.tun.written.size(), "two joined pairs, and the odd ones alone");
        assertEquals(0, gateway.drops());
    }

    private static byte[] unidentified(byte[] packet) {
        byte[] same = packet.clone();
        TestPackets.put16(same, 4, 0);
        TestPackets.fixChecksums(same);
        return same;
    }

    /** Padding to four octets makes datagrams of one length out of packets of several. */
    @Test
    void doesNotJoinALongerPacketThatHidesInADatagramOfTheSameLength() {
        List<byte[]> packets = List.of(tcp4(1, 499), tcp4(500, 502), tcp4(1002, 501));
        byte[][] sealed = new byte[3][];
        for (int i = 0; i < 3; i++) {
            sealed[i] = TestSeal.sealed(i + 1, packets.get(i));
            assertEquals(sealed[0].length, sealed[i].length);
        }
        gateway.udp.arrive(0, sealed);
        gateway.inbound.doWork();
        assertEquals(3, gateway.tun.packets().size());
        for (int i = 0; i < 3; i++) {
            assertArrayEquals(
                    unidentified(packets.get(i)), unidentified(gateway.tun.packets().get(i)));
        }
        assertEquals(2, gateway.tun.written.size(), "the longer one begins anew");
    }

    @Test
    void splitsASuperpacketWithIpv4OptionsAndRepeatsThem() {
        byte[] plain = TestPackets.superpacket(Shape.TCP4, 1, 1, payload(2500), 1000);
        byte[] optioned = inserted(plain, 10 + 20, (byte) 1, (byte) 1, (byte) 1, (byte) 0);
        optioned[10] = 0x46;
        TestPackets.put16(optioned, 12, optioned.length - 10);
        ByteBuffer.wrap(optioned).order(ByteOrder.nativeOrder()).putShort(6, (short) 24);
        gateway.seal(optioned).loop();
        List<byte[]> expected =
                TestPackets.split(plain).stream().map(OddPacketsTest::withOptions).toList();
        assertEquals(3, gateway.tun.packets().size());
        for (int i = 0; i < 3; i++) {
            assertArrayEquals(expected.get(i), gateway.tun.packets().get(i));
        }
    }

    @Test
    void dropsASuperpacketThatIsAFragment() {
        byte[] read = TestPackets.superpacket(Shape.TCP4, 1, 1, payload(2500), 1000);
        TestPackets.put16(read, 10 + 6, 0x2000);
        gateway.seal(read);
        assertEquals(1, gateway.drops(DropReason.VNET_HEADER));
        assertTrue(gateway.udp.sent.isEmpty());
    }

    @Test
    void aReceiveInPiecesOfOneOctetIsKeepalivesAndRubbish() {
        gateway.udp.arrive(0, new byte[] {-1}, new byte[] {-1}, new byte[] {0}, new byte[] {7});
        gateway.inbound.doWork();
        assertEquals(2, gateway.drops(DropReason.TOO_SHORT));
        assertEquals(2, gateway.drops());
    }

    @Test
    void aPeerThatSendsFourThousandSpisGetsNothingAndDisturbsNobody() {
        List<byte[]> expected = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            byte[][] batch = new byte[65][];
            byte[] packet = tcp4(1 + 500 * i, 500);
            byte[] genuine = TestSeal.sealed(i + 1, packet);
            for (int j = 0; j < 64; j++) {
                batch[j] = genuine.clone();
                ByteBuffer.wrap(batch[j]).putInt(0, 0x1000_0000 + i * 64 + j);
            }
            batch[64] = genuine;
            gateway.udp.arrive(0, batch);
            expected.add(unidentified(packet));
        }
        gateway.inbound.doWork();
        assertEquals(4096, gateway.drops(DropReason.NO_SA));
        assertEquals(4096, gateway.drops());
        List<byte[]> delivered = gateway.tun.packets();
        assertEquals(expected.size(), delivered.size());
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i), unidentified(delivered.get(i)));
        }
        assertEquals(1, gateway.inbound.activity().size());
    }
}
