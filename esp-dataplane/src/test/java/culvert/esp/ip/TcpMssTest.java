package culvert.esp.ip;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TcpMssTest {
    private static final int SYN = 0x02;
    private static final int SYN_ACK = 0x12;
    private static final int MTU = 1438;

    /** An IPv4 or IPv6 packet with a TCP header of these flags and options, checksum valid. */
    private static byte[] tcp(boolean ipv4, int flags, String optionsHex) {
        byte[] options = HexFormat.of().parseHex(optionsHex);
        int ip = ipv4 ? 20 : 40;
        byte[] packet = new byte[ip + 20 + options.length];
        MemorySegment segment = MemorySegment.ofArray(packet);
        packet[0] = (byte) (ipv4 ? 0x45 : 0x60);
        Octets.set16(segment, ipv4 ? 2 : 4, ipv4 ? packet.length : packet.length - 40);
        packet[ipv4 ? 9 : 6] = 6;
        for (int i = ipv4 ? 12 : 8; i < ip; i++) {
            packet[i] = (byte) i;
        }
        packet[ip + 12] = (byte) (((20 + options.length) / 4) << 4);
        packet[ip + 13] = (byte) flags;
        System.arraycopy(options, 0, packet, ip + 20, options.length);
        Octets.set16(segment, ip + 16, checksum(packet));
        return packet;
    }

    private static int checksum(byte[] packet) {
        IpPacket ip = wrapped(packet);
        long sum = InternetChecksum.addField(ip.pseudoHeaderSum(6), ip.payloadBytes());
        sum = InternetChecksum.add(sum, ip.segment(), ip.payloadOffset(), ip.payloadBytes());
        return InternetChecksum.finish(sum);
    }

    private static IpPacket wrapped(byte[] packet) {
        IpPacket ip = new IpPacket();
        assertTrue(ip.wrap(MemorySegment.ofArray(packet), 0, packet.length));
        return ip;
    }

    @ParameterizedTest
    @CsvSource({
        "true, 020405b4, 02040576", // 1460 to 1398
        "false, 020405b4, 02040562", // 1440 would be 1378 with an IPv6 header
        "true, 02040576, 02040576",
        "true, 02040100, 02040100",
        "true, 0101020405b40000, 0101020405760000",
        "true, 01020405b4000000, 0102040576000000", // at an odd place
        "true, 080a0102030405060708020405b40000, 080a0102030405060708020405760000",
    })
    void lowersTheMssAndKeepsTheChecksumValid(boolean ipv4, String options, String expected) {
        for (int flags : new int[] {SYN, SYN_ACK}) {
            byte[] packet = tcp(ipv4, flags, options);
            TcpMss.clamp(wrapped(packet), MTU, false);
            assertArrayEquals(tcp(ipv4, flags, expected), packet);
            assertEquals(0, checksum(packet));
        }
    }

    @Test
    void leavesAPartialChecksumAlone() {
        byte[] packet = tcp(true, SYN, "020405b4");
        int before = Octets.get16(MemorySegment.ofArray(packet), 36);
        TcpMss.clamp(wrapped(packet), MTU, true);
        assertEquals(before, Octets.get16(MemorySegment.ofArray(packet), 36));
        assertEquals(1398, Octets.get16(MemorySegment.ofArray(packet), 42));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // none
                "01010101",
                "00000000",
                "02030000", // wrong length
                "0200ffff", // length 0
                "0201ffff", // length 1
                "020405", // cut off
                "010102ff", // runs over
                "000005b4020405b4", // behind the end of options
                "01010102", // kind alone at the end
            })
    void leavesOptionsWithoutAWholeMssAlone(String options) {
        String aligned =
                options.length() % 8 == 0
                        ? options
                        : options + "00".repeat(4 - options.length() / 2 % 4);
        byte[] packet = tcp(true, SYN, aligned);
        byte[] before = packet.clone();
        TcpMss.clamp(wrapped(packet), MTU, false);
        assertArrayEquals(before, packet);
    }

    @Test
    void touchesNeitherOtherSegmentsNorFragmentsNorRunts() {
        byte[] ack = tcp(true, 0x10, "020405b4");
        byte[] fragment = tcp(true, SYN, "020405b4");
        fragment[7] = 4;
        byte[] udp = tcp(true, SYN, "020405b4");
        udp[9] = 17;
        byte[] longHeader = tcp(true, SYN, "020405b4");
        longHeader[32] = (byte) 0xF0;
        for (byte[] packet : new byte[][] {ack, fragment, udp, longHeader}) {
            byte[] before = packet.clone();
            TcpMss.clamp(wrapped(packet), MTU, false);
            assertArrayEquals(before, packet);
        }
        byte[] runt = Arrays.copyOf(ack, 30);
        Octets.set16(MemorySegment.ofArray(runt), 2, 30);
        TcpMss.clamp(wrapped(runt), MTU, false);
    }
}
