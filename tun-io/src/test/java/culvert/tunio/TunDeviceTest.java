package culvert.tunio;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(FreshNamespace.class)
class TunDeviceTest {
    private static final InetAddress OURS = InetAddress.ofLiteral("10.99.0.1");
    private static final InetAddress THEIRS = InetAddress.ofLiteral("10.99.0.2");
    private static final int GSO_NONE = 0;
    private static final int GSO_UDP_L4 = 5;
    private static final int IP_AND_UDP_BYTES = 28;

    private final MemorySegment room = Packets.room();

    @Test
    void readsWhatTheKernelRoutesIntoTheDevice() throws Exception {
        byte[] payload = Packets.pattern(300);
        try (TunDevice device = openUp("cvt0", Offloads.ALL);
                DatagramSocket sender = new DatagramSocket()) {
            sender.send(new DatagramPacket(payload, payload.length, THEIRS, 7));
            int bytes = Packets.readUdp(device, room);
            assertEquals(TunDevice.VNET_HEADER_BYTES + IP_AND_UDP_BYTES + payload.length, bytes);
            assertEquals(GSO_NONE, room.get(JAVA_BYTE, 1));
            assertArrayEquals(payload, Packets.payload(room, bytes));
        }
    }

    @Test
    void deliversWhatIsWrittenToALocalSocket() throws Exception {
        byte[] payload = Packets.pattern(300);
        try (TunDevice device = openUp("cvt0", Offloads.ALL);
                DatagramSocket receiver = new DatagramSocket(new InetSocketAddress(OURS, 0))) {
            byte[] packet = Packets.udp(THEIRS, OURS, 9, receiver.getLocalPort(), payload);
            assertEquals(packet.length, device.write(Packets.of(packet), 0, packet.length));
            receiver.setSoTimeout(5000);
            DatagramPacket received = new DatagramPacket(new byte[1000], 1000);
            receiver.receive(received);
            assertEquals(THEIRS, received.getAddress());
            assertArrayEquals(payload, Arrays.copyOf(received.getData(), received.getLength()));
        }
    }

    @Test
    void readsUdpSuperpackets() {
        try (TunDevice device = openUp("cvt0", Offloads.ALL);
                UdpSocket sender = UdpSocket.bind(new InetSocketAddress(OURS, 0))) {
            assertTrue(device.tcpSegmentationOffload());
            assertTrue(device.udpSegmentationOffload());
            assertEquals("tun-tso tun-uso udp-gso udp-gro", Offloads.of(device, sender).text());
            sendRun(sender);
            int bytes = Packets.readUdp(device, room);
            assertEquals(TunDevice.VNET_HEADER_BYTES + IP_AND_UDP_BYTES + 4000, bytes);
            assertEquals(GSO_UDP_L4, room.get(JAVA_BYTE, 1));
            assertEquals(1000, room.get(JAVA_SHORT_UNALIGNED, 4));
        }
    }

    @Test
    void readsSinglePacketsWhenOffloadsAreOff() {
        try (TunDevice device = openUp("cvt0", Offloads.NONE);
                UdpSocket sender = UdpSocket.bind(new InetSocketAddress(OURS, 0))) {
            assertFalse(device.tcpSegmentationOffload());
            assertFalse(device.udpSegmentationOffload());
            sendRun(sender);
            for (int i = 0; i < 4; i++) {
                int bytes = Packets.readUdp(device, room);
                assertEquals(TunDevice.VNET_HEADER_BYTES + IP_AND_UDP_BYTES + 1000, bytes);
                assertEquals(GSO_NONE, room.get(JAVA_BYTE, 1));
            }
        }
    }

    @Test
    void grantsTcpAloneWhenUdpIsNotWanted() {
        Offloads tcpOnly = new Offloads(true, false, true, true);
        try (TunDevice device = TunDevice.open("cvt0", tcpOnly)) {
            assertTrue(device.tcpSegmentationOffload());
            assertFalse(device.udpSegmentationOffload());
        }
    }

    @Test
    void tellsErrorsAsNegativeErrno() {
        TunDevice device = TunDevice.open("cvt0");
        byte[] packet = Packets.udp(THEIRS, OURS, 9, 9, Packets.pattern(100));
        assertEquals(
                -Errno.EIO,
                device.write(Packets.of(packet), 0, packet.length),
                "the interface is down");
        try (Rtnetlink netlink = Rtnetlink.open()) {
            netlink.links().setUp(device.interfaceIndex());
            drain(device);
            // What was drained may have left an IP packet there.
            room.fill((byte) 0);
            assertEquals(-Errno.EINVAL, device.write(room, 0, 5), "shorter than the vnet header");
            assertEquals(-Errno.EINVAL, device.write(room, 0, 50), "not an IP packet");
            netlink.links().delete(device.interfaceIndex());
            assertEquals(-Errno.EBADFD, device.read(room, 0, 100), "the interface is gone");
            assertEquals(-Errno.EBADFD, device.write(room, 0, 100));
        }
        device.close();
        assertEquals(-Errno.EBADF, device.read(room, 0, 100));
        assertEquals(-1, device.fd());
    }

    @Test
    void theInterfaceGoesWithTheDevice() {
        try (Rtnetlink netlink = Rtnetlink.open()) {
            TunDevice device = TunDevice.open("cvt0");
            Link link = netlink.links().find("cvt0").orElseThrow();
            assertEquals(device.interfaceIndex(), link.index());
            assertEquals("cvt0", device.name());
            device.close();
            device.close();
            assertEquals(Optional.empty(), netlink.links().find("cvt0"));
        }
    }

    @Test
    void namesTheProcessThatHasTheDevice() {
        try (TunDevice device = TunDevice.open("cvt0")) {
            TunIoException e = assertThrows(TunIoException.class, () -> TunDevice.open("cvt0"));
            assertEquals(
                    "cannot create the TUN device "
                            + device.name()
                            + ": EBUSY (in use); it is held by java (pid "
                            + ProcessHandle.current().pid()
                            + "): stop that first",
                    e.getMessage());
        }
    }

    @Test
    void refusesTheNameOfAnotherKindOfInterface() {
        TunIoException e = assertThrows(TunIoException.class, () -> TunDevice.open("lo"));
        assertEquals(Errno.EINVAL, e.errno());
        assertTrue(e.getMessage().contains("choose another name"), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ".", "..", "a/b", "a:b", "a b", "cv%d", "sixteen-bytes-16", "tünnel"})
    void refusesNamesThatTheKernelWouldRefuseOrChange(String name) {
        TunIoException e = assertThrows(TunIoException.class, () -> TunDevice.open(name));
        assertTrue(e.getMessage().contains("1 to 15 ASCII characters"), e.getMessage());
    }

    @Test
    void seesNoProblemWhereTunDevicesWork() {
        assertEquals(Optional.empty(), TunDevice.problem());
    }

    private void sendRun(UdpSocket sender) {
        sender.connect(new InetSocketAddress(THEIRS, 9));
        assertEquals(4000, sender.newSender().send(room, 0, 4000, 1000, -1));
    }

    private void drain(TunDevice device) {
        int bytes;
        do {
            bytes = device.read(room, 0, Packets.ROOM_BYTES);
        } while (bytes >= 0);
        assertEquals(-Errno.EAGAIN, bytes);
    }

    private static TunDevice openUp(String name, Offloads wanted) {
        TunDevice device = TunDevice.open(name, wanted);
        try (Rtnetlink netlink = Rtnetlink.open()) {
            int index = device.interfaceIndex();
            netlink.addresses().add(new InterfaceAddress(index, OURS, 24));
            netlink.links().setUp(index);
        }
        return device;
    }
}
