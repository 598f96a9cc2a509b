package culvert.esp;

import culvert.esp.ip.IpPacket;
import culvert.esp.ip.Octets;
import culvert.esp.ip.VnetHeader;
import culvert.tunio.Errno;
import culvert.tunio.TunDevice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Whether a TUN device takes superpackets that we write. Some kernels refuse them with EINVAL
 * (Linux 6.6.44 and its like), and UDP ones are not known before Linux 6.2.
 *
 * <p>The packet that is tried has a wrong IPv4 header checksum: the device checks the
 * virtio_net_hdr, which is the question, and IP throws the packet away, so that nobody gets it.
 */
final class SuperpacketProbe {
    private static final int PAYLOAD_BYTES = 200;
    private static final int GSO_SIZE = 100;
    private static final int TCP_HEADER_BYTES = 20;
    private static final int UDP_HEADER_BYTES = 8;
    private static final int ACK = 0x10;

    private SuperpacketProbe() {}

    static boolean takesTcp(TunDevice tun) {
        return takes(tun, IpPacket.TCP, VnetHeader.GSO_TCPV4, TCP_HEADER_BYTES, 16);
    }

    static boolean takesUdp(TunDevice tun) {
        return takes(tun, IpPacket.UDP, VnetHeader.GSO_UDP_L4, UDP_HEADER_BYTES, 6);
    }

    private static boolean takes(
            TunDevice tun, int protocol, int gsoType, int transportBytes, int checksumOffset) {
        int headersBytes = IpPacket.IPV4_HEADER_BYTES + transportBytes;
        int lengthBytes = headersBytes + PAYLOAD_BYTES;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(VnetHeader.BYTES + lengthBytes);
            VnetHeader.writeGso(
                    memory,
                    0,
                    gsoType,
                    headersBytes,
                    GSO_SIZE,
                    IpPacket.IPV4_HEADER_BYTES,
                    checksumOffset);
            long ip = VnetHeader.BYTES;
            Octets.set8(memory, ip, 0x45);
            Octets.set16(memory, ip + 2, lengthBytes);
            Octets.set8(memory, ip + 9, protocol);
            Octets.set16(memory, ip + 10, 0xBAD);
            long transport = ip + IpPacket.IPV4_HEADER_BYTES;
            if (protocol == IpPacket.TCP) {
                Octets.set8(memory, transport + 12, (TCP_HEADER_BYTES / 4) << 4);
                Octets.set8(memory, transport + 13, ACK);
            } else {
                Octets.set16(memory, transport + 4, transportBytes + PAYLOAD_BYTES);
            }
            // EIO says that the interface is down, and nothing of what it would take.
            int result = tun.write(memory, 0, VnetHeader.BYTES + lengthBytes);
            return result >= 0 || result == -Errno.EIO;
        }
    }
}
