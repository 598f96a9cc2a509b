package culvert.gateway.capture;

import culvert.esp.CapturedPacket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The blocks of a pcapng file (draft-ietf-opsawg-pcapng) with one interface of raw IP packets.
 *
 * <pre>
 * +------------+--------------+------+---------+--------------+
 * | block type | total length | body | options | total length |
 * +------------+--------------+------+---------+--------------+
 * </pre>
 *
 * Numbers are little-endian, as the section header says; everything is padded to 32 bits.
 */
final class PcapNg {
    private static final int SECTION_HEADER = 0x0A0D0D0A;
    private static final int BYTE_ORDER_MAGIC = 0x1A2B3C4D;
    private static final int INTERFACE_DESCRIPTION = 1;
    private static final int ENHANCED_PACKET = 6;
    private static final int INTERFACE_STATISTICS = 5;

    /** Packets that begin with their IPv4 or IPv6 header (tcpdump.org/linktypes.html). */
    private static final int LINKTYPE_RAW = 101;

    private static final int END_OF_OPTIONS = 0;
    private static final int COMMENT = 1;
    private static final int APPLICATION = 4;
    private static final int INTERFACE_NAME = 2;
    private static final int INTERFACE_TIME_RESOLUTION = 9;
    private static final int PACKET_FLAGS = 2;
    private static final int STATISTICS_DROPPED = 5;

    private static final byte NANOSECONDS = 9;
    private static final int FLAG_INBOUND = 1;
    private static final int FLAG_OUTBOUND = 2;
    private static final int LARGEST_BLOCK_BYTES = 8192;

    private PcapNg() {}

    /** What a file begins with. */
    static byte[] header(String application, String interfaceName, int snapBytes) {
        ByteBuffer out = begin(SECTION_HEADER);
        out.putInt(BYTE_ORDER_MAGIC).putShort((short) 1).putShort((short) 0).putLong(-1);
        option(out, APPLICATION, application.getBytes(StandardCharsets.UTF_8));
        byte[] section = end(out);
        out = begin(INTERFACE_DESCRIPTION);
        out.putShort((short) LINKTYPE_RAW).putShort((short) 0).putInt(snapBytes);
        option(out, INTERFACE_NAME, interfaceName.getBytes(StandardCharsets.UTF_8));
        option(out, INTERFACE_TIME_RESOLUTION, new byte[] {NANOSECONDS});
        byte[] device = end(out);
        return ByteBuffer.allocate(section.length + device.length).put(section).put(device).array();
    }

    /**
     * One packet with its direction, and why it was dropped.
     *
     * @param unixNanos when
     */
    static byte[] packet(CapturedPacket packet, long unixNanos) {
        ByteBuffer out = begin(ENHANCED_PACKET);
        out.putInt(0).putInt((int) (unixNanos >>> 32)).putInt((int) unixNanos);
        out.putInt(packet.octets().length).putInt(packet.lengthBytes()).put(packet.octets());
        pad(out);
        int flags = packet.inbound() ? FLAG_INBOUND : FLAG_OUTBOUND;
        option(
                out,
                PACKET_FLAGS,
                ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(flags).array());
        option(out, COMMENT, comment(packet).getBytes(StandardCharsets.UTF_8));
        return end(out);
    }

    private static String comment(CapturedPacket packet) {
        String direction = packet.inbound() ? "inbound" : "outbound";
        return packet.dropped()
                .map(reason -> direction + ", dropped: " + reason.jsonName())
                .orElse(direction);
    }

    /**
     * What a file ends with.
     *
     * @param lost packets that the capture wanted and could not keep
     */
    static byte[] statistics(long unixNanos, long lost) {
        ByteBuffer out = begin(INTERFACE_STATISTICS);
        out.putInt(0).putInt((int) (unixNanos >>> 32)).putInt((int) unixNanos);
        option(
                out,
                STATISTICS_DROPPED,
                ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(lost).array());
        return end(out);
    }

    private static ByteBuffer begin(int type) {
        ByteBuffer out = ByteBuffer.allocate(LARGEST_BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        return out.putInt(type).putInt(0);
    }

    private static void option(ByteBuffer out, int code, byte[] value) {
        out.putShort((short) code).putShort((short) value.length).put(value);
        pad(out);
    }

    private static void pad(ByteBuffer out) {
        while (out.position() % Integer.BYTES != 0) {
            out.put((byte) 0);
        }
    }

    private static byte[] end(ByteBuffer out) {
        out.putShort((short) END_OF_OPTIONS).putShort((short) 0);
        int length = out.position() + Integer.BYTES;
        out.putInt(length).putInt(Integer.BYTES, length);
        byte[] block = new byte[length];
        out.flip().get(block);
        return block;
    }
}
