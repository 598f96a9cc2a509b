package culvert.tunio;

import java.util.ArrayList;
import java.util.List;

/**
 * The four batching offers of the kernel. As a parameter: which of them may be used. As a result:
 * which of them the kernel granted.
 *
 * @param tunTcp TUN reads and writes carry TCP superpackets (TSO4, TSO6)
 * @param tunUdp TUN reads and writes carry UDP superpackets (USO4, USO6; Linux 6.2)
 * @param udpSend one send carries many datagrams of one size (UDP_SEGMENT; Linux 4.18)
 * @param udpReceive one receive brings many datagrams of one size (UDP_GRO; Linux 5.0, readable and
 *     trusted from 5.12)
 */
public record Offloads(boolean tunTcp, boolean tunUdp, boolean udpSend, boolean udpReceive) {
    public static final Offloads ALL = new Offloads(true, true, true, true);
    public static final Offloads NONE = new Offloads(false, false, false, false);

    /** What a device and a socket got together. */
    public static Offloads of(TunDevice device, UdpSocket socket) {
        return new Offloads(
                device.tcpSegmentationOffload(),
                device.udpSegmentationOffload(),
                socket.segmentationOffload(),
                socket.receiveOffload());
    }

    /** For logs and status: {@code tun-tso tun-uso udp-gso udp-gro}, or {@code none}. */
    public String text() {
        List<String> names = new ArrayList<>();
        if (tunTcp) {
            names.add("tun-tso");
        }
        if (tunUdp) {
            names.add("tun-uso");
        }
        if (udpSend) {
            names.add("udp-gso");
        }
        if (udpReceive) {
            names.add("udp-gro");
        }
        return names.isEmpty() ? "none" : String.join(" ", names);
    }
}
