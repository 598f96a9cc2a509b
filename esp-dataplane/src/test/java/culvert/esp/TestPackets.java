package culvert.esp;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Inner packets made and taken apart the slow way, on arrays: the reference that the paths are held
 * against. Shares no code with them.
 */
final class TestPackets {
    static final int TCP = 6;
    static final int UDP = 17;
    static final int ACK = 0x10;

    private TestPackets() {}

    /** What varies between test packets; the rest is fixed. */
    record Shape(boolean ipv4, int protocol, int tcpOptionsBytes, int trafficClass, int flags) {
        static final Shape TCP4 = new Shape(true, TCP, 12, 0, ACK);
        static final Shape TCP6 = new Shape(false, TCP, 12, 0, ACK);
        static final Shape UDP4 = new Shape(true, UDP, 0, 0, 0);
        static final Shape UDP6 = new Shape(false, UDP, 0, 0, 0);

        int ipBytes() {
            return ipv4 ? 20 : 40;
        }

        int headersBytes() {
            return ipBytes() + (protocol == TCP ? 20 + tcpOptionsBytes : 8);
        }

        Shape withFlags(int newFlags) {
            return new Shape(ipv4, protocol, tcpOptionsBytes, trafficClass, newFlags);
        }

        Shape withTrafficClass(int newTrafficClass) {
            return new Shape(ipv4, protocol, tcpOptionsBytes, newTrafficClass, flags);
        }
    }

    /** A complete packet with valid checksums. */
    static byte[] packet(Shape shape, int identification, int sequenceNumber, byte[] payload) {
        int length = shape.headersBytes() + payload.length;
        ByteBuffer out = ByteBuffer.allocate(length);
        if (shape.ipv4()) {
            out.put((byte) 0x45).put((byte) shape.trafficClass()).putShort((short) length);
            out.putShort((short) identification).putShort((short) 0x4000);
            out.put((byte) 64).put((byte) shape.protocol()).putShort((short) 0);
            out.putInt(0x0A010203).putInt(0xC0A80A05);
        } else {
            out.putInt((6 << 28) | (shape.trafficClass() << 20));
            out.putShort((short) (length - 40));
            out.put((byte) shape.protocol()).put((byte) 64);
            out.putLong(0xFD00_0001L << 32).putLong(1).putLong(0xFD00_0002L << 32).putLong(2);
        }
        out.putShort((short) 49152).putShort((short) 443);
        if (shape.protocol() == TCP) {
            out.putInt(sequenceNumber).putInt(0x01020304);
            out.put((byte) (((20 + shape.tcpOptionsBytes()) / 4) << 4)).put((byte) shape.flags());
            out.putShort((short) 501).putInt(0);
            for (int i = 0; i < shape.tcpOptionsBytes(); i++) {
                out.put((byte) 1);
            }
        } else {
            out.putShort((short) (8 + payload.length)).putShort((short) 0);
        }
        out.put(payload);
        byte[] packet = out.array();
        fixChecksums(packet);
        return packet;
    }

    /** Computes the checksums of the IPv4 header and of TCP or UDP afresh. */
    static void fixChecksums(byte[] packet) {
        boolean ipv4 = packet[0] >> 4 == 4;
        int transport = ipv4 ? (packet[0] & 15) * 4 : 40;
        if (ipv4) {
            put16(packet, 10, 0);
            put16(packet, 10, ~sum(packet, 0, transport, 0) & 0xFFFF);
        }
        int field = transport + (protocol(packet) == TCP ? 16 : 6);
        put16(packet, field, 0);
        int checksum = ~transportSum(packet, transport) & 0xFFFF;
        put16(packet, field, checksum == 0 && protocol(packet) == UDP ? 0xFFFF : checksum);
    }

    static boolean checksumsHold(byte[] packet) {
        boolean ipv4 = packet[0] >> 4 == 4;
        int transport = ipv4 ? (packet[0] & 15) * 4 : 40;
        return (!ipv4 || sum(packet, 0, transport, 0) == 0xFFFF)
                && transportSum(packet, transport) == 0xFFFF;
    }

    static int protocol(byte[] packet) {
        return packet[0] >> 4 == 4 ? packet[9] : packet[6];
    }

    private static int transportSum(byte[] packet, int transport) {
        boolean ipv4 = packet[0] >> 4 == 4;
        int length = packet.length - transport;
        int pseudo = sum(packet, ipv4 ? 12 : 8, transport > 20 && !ipv4 ? 40 : 20, 0);
        return sum(packet, transport, packet.length, pseudo + protocol(packet) + length);
    }

    /** The folded ones' complement sum of octets {@code from} to {@code to}. */
    static int sum(byte[] octets, int from, int to, long start) {
        long sum = start;
        for (int i = from; i < to; i += 2) {
            sum += (octets[i] & 0xFF) << 8;
            sum += i + 1 < to ? octets[i + 1] & 0xFF : 0;
        }
        while (sum > 0xFFFF) {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }
        return (int) sum;
    }

    /** A superpacket as the kernel hands it over, behind its virtio_net_hdr. */
    static byte[] superpacket(
            Shape shape, int identification, int sequenceNumber, byte[] payload, int gsoSize) {
        byte[] packet = packet(shape, identification, sequenceNumber, payload);
        int transport = shape.ipBytes();
        int field = transport + (shape.protocol() == TCP ? 16 : 6);
        put16(packet, field, 0);
        int pseudo = sum(packet, shape.ipv4() ? 12 : 8, shape.ipv4() ? 20 : 40, 0);
        put16(
                packet,
                field,
                sum(new byte[0], 0, 0, pseudo + shape.protocol() + packet.length - transport));
        int type = shape.protocol() == UDP ? 5 : shape.ipv4() ? 1 : 4;
        // hdr_len is what forwarding leaves there: the whole packet.
        return behindVnet(1, type, packet.length, gsoSize, transport, field - transport, packet);
    }

    static byte[] behindVnet(
            int flags,
            int gsoType,
            int headerBytes,
            int gsoSize,
            int checksumStart,
            int checksumOffset,
            byte[] packet) {
        ByteBuffer out = ByteBuffer.allocate(10 + packet.length);
        out.put((byte) flags).put((byte) gsoType);
        out.order(ByteOrder.nativeOrder());
        out.putShort((short) headerBytes).putShort((short) gsoSize);
        out.putShort((short) checksumStart).putShort((short) checksumOffset);
        out.put(packet);
        return out.array();
    }

    static byte[] behindVnet(byte[] packet) {
        return behindVnet(0, 0, 0, 0, 0, 0, packet);
    }

    /** Splits what a TUN device carries into complete packets, the slow way. */
    static List<byte[]> split(byte[] vnetAndPacket) {
        byte[] packet = Arrays.copyOfRange(vnetAndPacket, 10, vnetAndPacket.length);
        int gsoType = vnetAndPacket[1] & 0x7F;
        if (gsoType == 0) {
            if ((vnetAndPacket[0] & 1) != 0) {
                fixChecksums(packet);
            }
            return List.of(packet);
        }
        boolean ipv4 = packet[0] >> 4 == 4;
        int transport = ipv4 ? 20 : 40;
        boolean tcp = protocol(packet) == TCP;
        int headers = transport + (tcp ? (packet[transport + 12] >> 4 & 15) * 4 : 8);
        int gsoSize =
                ByteBuffer.wrap(vnetAndPacket).order(ByteOrder.nativeOrder()).getShort(4) & 0xFFFF;
        List<byte[]> segments = new ArrayList<>();
        for (int from = headers; from < packet.length; from += gsoSize) {
            int to = Math.min(from + gsoSize, packet.length);
            ByteArrayOutputStream joined = new ByteArrayOutputStream();
            joined.write(packet, 0, headers);
            joined.write(packet, from, to - from);
            byte[] segment = joined.toByteArray();
            if (ipv4) {
                put16(segment, 2, segment.length);
                put16(segment, 4, get16(packet, 4) + segments.size());
            } else {
                put16(segment, 4, segment.length - 40);
            }
            if (tcp) {
                int sequenceNumber = ByteBuffer.wrap(packet).getInt(transport + 4) + from - headers;
                ByteBuffer.wrap(segment).putInt(transport + 4, sequenceNumber);
                if (to < packet.length) {
                    segment[transport + 13] &= ~0x09;
                }
                if (from > headers) {
                    segment[transport + 13] &= 0x7F;
                }
            } else {
                put16(segment, transport + 4, segment.length - transport);
            }
            fixChecksums(segment);
            segments.add(segment);
        }
        return segments;
    }

    static int get16(byte[] octets, int at) {
        return ((octets[at] & 0xFF) << 8) | (octets[at + 1] & 0xFF);
    }

    static void put16(byte[] octets, int at, int value) {
        octets[at] = (byte) (value >> 8);
        octets[at + 1] = (byte) value;
    }
}
