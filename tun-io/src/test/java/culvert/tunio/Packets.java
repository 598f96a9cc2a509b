package culvert.tunio;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Buffers and packets that several tests share. */
final class Packets {
    static final int ROOM_BYTES = 128 * 1024;
    static final long PATIENCE_NANOS = 5_000_000_000L;

    private static final int IP_HEADER_BYTES = 20;
    private static final int UDP_HEADER_BYTES = 8;
    private static final int PROTOCOL_UDP = 17;

    private Packets() {}

    static MemorySegment room() {
        return Arena.ofAuto().allocate(ROOM_BYTES, Long.BYTES);
    }

    static MemorySegment of(byte[] bytes) {
        MemorySegment room = room();
        MemorySegment.copy(bytes, 0, room, JAVA_BYTE, 0, bytes.length);
        return room;
    }

    static byte[] bytes(MemorySegment room, int lengthBytes) {
        return room.asSlice(0, lengthBytes).toArray(JAVA_BYTE);
    }

    /** Bytes that tell their position, so that a mix-up shows. */
    static byte[] pattern(int lengthBytes) {
        byte[] bytes = new byte[lengthBytes];
        for (int i = 0; i < lengthBytes; i++) {
            bytes[i] = (byte) (i * 31 + (i >>> 8));
        }
        return bytes;
    }

    /** An IPv4 UDP packet behind an empty vnet header, without UDP checksum. */
    static byte[] udp(
            InetAddress source,
            InetAddress destination,
            int sourcePort,
            int destinationPort,
            byte[] payload) {
        int udpBytes = UDP_HEADER_BYTES + payload.length;
        ByteBuffer packet =
                ByteBuffer.allocate(TunDevice.VNET_HEADER_BYTES + IP_HEADER_BYTES + udpBytes);
        packet.position(TunDevice.VNET_HEADER_BYTES);
        packet.put((byte) 0x45).put((byte) 0).putShort((short) (IP_HEADER_BYTES + udpBytes));
        packet.putInt(0).put((byte) 64).put((byte) PROTOCOL_UDP).putShort((short) 0);
        packet.put(source.getAddress()).put(destination.getAddress());
        int sum = 0;
        for (int i = 0; i < IP_HEADER_BYTES; i += Short.BYTES) {
            sum += Short.toUnsignedInt(packet.getShort(TunDevice.VNET_HEADER_BYTES + i));
        }
        sum = (sum & 0xffff) + (sum >>> Short.SIZE);
        packet.putShort(TunDevice.VNET_HEADER_BYTES + 10, (short) ~sum);
        packet.putShort((short) sourcePort).putShort((short) destinationPort);
        packet.putShort((short) udpBytes).putShort((short) 0).put(payload);
        return packet.array();
    }

    /** Reads until an IPv4 UDP packet comes; the kernel itself sends others, such as MLD. */
    static int readUdp(TunDevice device, MemorySegment room) {
        try (Poller poller = new Poller(device.fd())) {
            long deadlineNanos = System.nanoTime() + PATIENCE_NANOS;
            while (deadlineNanos - System.nanoTime() > 0) {
                int bytes = device.read(room, 0, ROOM_BYTES);
                if (bytes == -Errno.EAGAIN) {
                    poller.await(deadlineNanos - System.nanoTime());
                } else if (bytes < 0
                        || (room.get(JAVA_BYTE, TunDevice.VNET_HEADER_BYTES) >>> 4 == 4
                                && room.get(JAVA_BYTE, TunDevice.VNET_HEADER_BYTES + 9)
                                        == PROTOCOL_UDP)) {
                    return bytes;
                }
            }
        }
        throw new AssertionError("no UDP packet came out of " + device.name());
    }

    static byte[] payload(MemorySegment room, int lengthBytes) {
        return Arrays.copyOfRange(
                bytes(room, lengthBytes),
                TunDevice.VNET_HEADER_BYTES + IP_HEADER_BYTES + UDP_HEADER_BYTES,
                lengthBytes);
    }

    /** Waits for the next datagrams; any error but EAGAIN is returned. */
    static int receive(UdpSocket socket, UdpReceiver receiver, MemorySegment room) {
        try (Poller poller = new Poller(socket.fd())) {
            int bytes = receiver.receive(room, 0, ROOM_BYTES);
            if (bytes == -Errno.EAGAIN && poller.await(PATIENCE_NANOS)) {
                bytes = receiver.receive(room, 0, ROOM_BYTES);
            }
            return bytes;
        }
    }
}
