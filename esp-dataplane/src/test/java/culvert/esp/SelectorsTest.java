package culvert.esp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.esp.TestPackets.Shape;
import culvert.esp.ip.IpPacket;
import culvert.model.TrafficSelector;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The test packets go from 10.1.2.3 (fd00:1::1) port 49152 to 192.168.10.5 (fd00:2::2) port 443.
 */
class SelectorsTest {
    private static TrafficSelector selector(String text) {
        String[] part = text.split(" ");
        return new TrafficSelector(
                Integer.parseInt(part[2]),
                Integer.parseInt(part[3]),
                Integer.parseInt(part[4]),
                InetAddress.ofLiteral(part[0]),
                InetAddress.ofLiteral(part[1]));
    }

    private static boolean admits(
            List<TrafficSelector> sources, List<TrafficSelector> destinations, byte[] packet) {
        IpPacket inner = new IpPacket();
        assertTrue(inner.wrap(MemorySegment.ofArray(packet), 0, packet.length));
        return Selectors.of(sources, destinations).admit(inner);
    }

    @ParameterizedTest
    @CsvSource({
        "true, TCP4, 0.0.0.0 255.255.255.255 0 0 65535",
        "false, TCP6, 0.0.0.0 255.255.255.255 0 0 65535",
        "true, TCP6, :: ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 0 0 65535",
        "true, TCP4, 10.1.2.3 10.1.2.3 0 0 65535",
        "true, TCP4, 10.1.2.0 10.1.2.3 6 49152 49152",
        "false, TCP4, 10.1.2.4 10.1.2.255 0 0 65535",
        "false, TCP4, 10.1.0.0 10.1.2.2 0 0 65535",
        "false, TCP4, 10.1.2.3 10.1.2.3 17 0 65535",
        "false, TCP4, 10.1.2.3 10.1.2.3 6 49153 65535",
        "false, TCP4, 10.1.2.3 10.1.2.3 6 0 49151",
        "true, UDP4, 0.0.0.0 255.255.255.255 17 49000 50000",
        "true, TCP6, fd00:1::1 fd00:1::1 6 0 65535",
        "true, UDP6, fd00:1:: fd00:1:ffff:: 17 49152 49152",
        "false, TCP6, fd00:1::2 fd00:1::ff 0 0 65535",
        "false, TCP6, fd00:1:0:1:: fd00:2:: 0 0 65535",
    })
    void admitsByAddressProtocolAndPort(boolean expected, String shape, String source) {
        Shape inner =
                switch (shape) {
                    case "TCP4" -> Shape.TCP4;
                    case "TCP6" -> Shape.TCP6;
                    case "UDP4" -> Shape.UDP4;
                    default -> Shape.UDP6;
                };
        byte[] packet = TestPackets.packet(inner, 1, 1, new byte[20]);
        assertEquals(expected, admits(List.of(selector(source)), Gateway.ANY, packet));
    }

    @Test
    void asksBothEnds() {
        byte[] packet = TestPackets.packet(Shape.TCP4, 1, 1, new byte[20]);
        TrafficSelector there = selector("192.168.10.0 192.168.10.255 6 443 443");
        TrafficSelector elsewhere = selector("192.168.11.0 192.168.11.255 0 0 65535");
        assertTrue(admits(Gateway.ANY, List.of(elsewhere, there), packet));
        assertFalse(admits(Gateway.ANY, List.of(elsewhere), packet));
        assertFalse(admits(List.of(), Gateway.ANY, packet));
    }

    @Test
    void comparesAddressesUnsigned() {
        byte[] packet = TestPackets.packet(Shape.TCP4, 1, 1, new byte[20]);
        assertTrue(
                admits(
                        Gateway.ANY,
                        List.of(selector("127.0.0.0 223.255.255.255 0 0 65535")),
                        packet));
    }

    @Test
    void admitsNoLaterFragmentWherePortsAreNarrowed() {
        byte[] fragment = TestPackets.packet(Shape.UDP4, 1, 1, new byte[20]);
        fragment[7] = 10;
        assertFalse(
                admits(
                        List.of(selector("0.0.0.0 255.255.255.255 17 0 50000")),
                        Gateway.ANY,
                        fragment));
        assertTrue(
                admits(
                        List.of(selector("0.0.0.0 255.255.255.255 17 0 65535")),
                        Gateway.ANY,
                        fragment));
    }

    @Test
    void readsIcmpTypeAndCodeAsThePort() {
        byte[] echo =
                HexFormat.of().parseHex("4500001c000040004001000001010101020202020800f7ff00000000");
        TrafficSelector echoRequest = selector("0.0.0.0 255.255.255.255 1 2048 2048");
        TrafficSelector echoReply = selector("0.0.0.0 255.255.255.255 1 0 0");
        assertTrue(admits(List.of(echoRequest), List.of(echoRequest), echo));
        assertFalse(admits(List.of(echoReply), List.of(echoReply), echo));
    }

    @Test
    void findsThePortBehindIpv6ExtensionHeaders() {
        List<TrafficSelector> https =
                List.of(selector(":: ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 6 443 443"));
        assertTrue(admits(Gateway.ANY, https, withExtensions(0, 60)));
        assertTrue(admits(Gateway.ANY, https, withExtensions(44)));
        byte[] laterFragment = withExtensions(44);
        laterFragment[43] = 8;
        assertFalse(admits(Gateway.ANY, https, laterFragment));
        byte[] runsOver = withExtensions(60);
        runsOver[41] = (byte) 200;
        assertFalse(admits(Gateway.ANY, https, runsOver));
        assertFalse(admits(Gateway.ANY, https, withExtensions(60, 60, 60, 60, 60, 60, 60, 60, 60)));
    }

    private static byte[] withExtensions(int... headers) {
        byte[] plain = TestPackets.packet(Shape.TCP6, 1, 1, new byte[20]);
        List<Byte> octets = new ArrayList<>();
        for (int i = 0; i < headers.length; i++) {
            octets.add((byte) (i + 1 < headers.length ? headers[i + 1] : 6));
            octets.addAll(
                    List.of((byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 0));
        }
        byte[] packet = Arrays.copyOf(plain, plain.length + octets.size());
        System.arraycopy(plain, 40, packet, 40 + octets.size(), plain.length - 40);
        for (int i = 0; i < octets.size(); i++) {
            packet[40 + i] = octets.get(i);
        }
        packet[6] = (byte) headers[0];
        TestPackets.put16(packet, 4, packet.length - 40);
        return packet;
    }
}
