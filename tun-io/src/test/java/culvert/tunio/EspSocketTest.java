package culvert.tunio;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real raw sockets over the loopback of a namespace of their own. */
@ExtendWith(FreshNamespace.class)
class EspSocketTest {
    private static final int PACKET_BYTES = 1480;
    private static final int PACKETS = 40;

    /** A receive that found everything at once would be a matter of luck. */
    private static byte[] receive(EspSocket socket, EspReceiver receiver) {
        int bytes = receiver.receive();
        if (bytes == -Errno.EAGAIN) {
            try (Poller poller = new Poller(socket.fd())) {
                assertTrue(poller.await(Packets.PATIENCE_NANOS), "nothing arrives");
            }
            bytes = receiver.receive();
        }
        assertTrue(bytes >= 0, () -> "a packet");
        return receiver.buffer().asSlice(receiver.offset(), bytes).toArray(JAVA_BYTE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void carriesARunOfPacketsInOneSend(String loopback) {
        InetAddress address = InetAddress.ofLiteral(loopback);
        byte[] sent = Packets.pattern(PACKET_BYTES * PACKETS - 100);
        try (EspSocket a = EspSocket.bind(address);
                EspSocket b = EspSocket.bind(address)) {
            a.connect(address);
            b.connect(address);
            int result = a.newSender().send(Packets.of(sent), 0, sent.length, PACKET_BYTES, 0);
            assertEquals(sent.length, result);
            EspReceiver receiver = b.newReceiver();
            for (int at = 0; at < sent.length; at += PACKET_BYTES) {
                byte[] expected =
                        Arrays.copyOfRange(sent, at, Math.min(at + PACKET_BYTES, sent.length));
                assertArrayEquals(expected, receive(b, receiver));
            }
            assertEquals(-Errno.EAGAIN, receiver.receive());
        }
    }

    @Test
    void tellsHowMuchOfARunThatIsTooLongItHasSent() {
        InetAddress address = InetAddress.ofLiteral("127.0.0.1");
        try (EspSocket a = EspSocket.bind(address)) {
            a.connect(address);
            EspSender sender = a.newSender();
            MemorySegment room = Packets.room();
            assertEquals(64 * 100, sender.send(room, 0, 70 * 100, 100, 0));
            assertEquals(50, sender.send(room, 0, 50, 0, 0), "alone");
            assertEquals(50, sender.send(room, 0, 50, 100, 0), "alone, shorter than a segment");
            assertEquals(-Errno.EMSGSIZE, sender.send(room, 0, 66_000, 0, 0));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void carriesTheTrafficClass(String loopback) {
        int expeditedForwardingEct0 = 0xba;
        InetAddress address = InetAddress.ofLiteral(loopback);
        try (EspSocket a = EspSocket.bind(address)) {
            a.connect(address);
            EspSender sender = a.newSender();
            EspReceiver receiver = a.newReceiver();
            MemorySegment room = Packets.room();
            for (int trafficClass : new int[] {expeditedForwardingEct0, 0, 3}) {
                sender.send(room, 0, 100, 40, trafficClass);
                for (int expected : new int[] {40, 40, 20}) {
                    assertEquals(expected, receive(a, receiver).length);
                    assertEquals(trafficClass, receiver.trafficClass());
                }
            }
        }
    }

    @Test
    void hearsItsPeerAlone() {
        InetAddress ours = InetAddress.ofLiteral("127.0.0.1");
        InetAddress peer = InetAddress.ofLiteral("127.0.0.2");
        InetAddress stranger = InetAddress.ofLiteral("127.0.0.3");
        try (EspSocket socket = EspSocket.bind(ours);
                EspSocket fromPeer = EspSocket.bind(peer);
                EspSocket fromStranger = EspSocket.bind(stranger)) {
            socket.connect(peer);
            fromPeer.connect(ours);
            fromStranger.connect(ours);
            MemorySegment room = Packets.room();
            fromStranger.newSender().send(room, 0, 33, 0, 0);
            fromPeer.newSender().send(room, 0, 44, 0, 0);
            EspReceiver receiver = socket.newReceiver();
            assertEquals(44, receive(socket, receiver).length);
            assertEquals(-Errno.EAGAIN, receiver.receive());

            socket.connect(stranger);
            fromPeer.newSender().send(room, 0, 44, 0, 0);
            fromStranger.newSender().send(room, 0, 33, 0, 0);
            assertEquals(33, receive(socket, receiver).length);
            assertEquals(-Errno.EAGAIN, receiver.receive());
        }
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, 65515", "::1, 65496", "127.0.0.1, 1", "::1, 1"})
    void carriesPacketsOfAnyLength(String loopback, int lengthBytes) {
        InetAddress address = InetAddress.ofLiteral(loopback);
        byte[] sent = Packets.pattern(lengthBytes);
        try (EspSocket socket = EspSocket.bind(address)) {
            socket.connect(address);
            EspReceiver receiver = socket.newReceiver();
            assertEquals(
                    lengthBytes, socket.newSender().send(Packets.of(sent), 0, lengthBytes, 0, 0));
            assertArrayEquals(sent, receive(socket, receiver));
        }
    }

    @Test
    void getsWhatTheKernelHasReassembled() {
        InetAddress address = InetAddress.ofLiteral("127.0.0.1");
        try (Rtnetlink netlink = Rtnetlink.open();
                EspSocket socket = EspSocket.bind(address)) {
            netlink.links().setMtu(FreshNamespace.LOOPBACK, 1500);
            socket.connect(address);
            byte[] sent = Packets.pattern(4000);
            assertEquals(4000, socket.newSender().send(Packets.of(sent), 0, 4000, 0, 0));
            assertArrayEquals(sent, receive(socket, socket.newReceiver()));
        }
    }

    @Test
    void skipsIpOptions() {
        InetAddress address = InetAddress.ofLiteral("127.0.0.1");
        try (EspSocket socket = EspSocket.bind(address);
                Arena arena = Arena.ofConfined()) {
            MemorySegment fourNops = arena.allocateFrom(JAVA_BYTE, new byte[] {1, 1, 1, 1});
            int ipOptions = 4; // linux/in.h
            assertEquals(
                    0, Libc.setsockopt(socket.fd(), UdpSocket.IPPROTO_IP, ipOptions, fourNops, 4));
            socket.connect(address);
            byte[] sent = Packets.pattern(100);
            socket.newSender().send(Packets.of(sent), 0, 100, 0, 0);
            EspReceiver receiver = socket.newReceiver();
            assertArrayEquals(sent, receive(socket, receiver));
            assertEquals(24, receiver.offset());
        }
    }

    /** Kernels answer an ESP packet that nobody takes; a receive tells it, once. */
    @Test
    void tellsThatThePeerTakesNoEsp() {
        InetAddress ours = InetAddress.ofLiteral("127.0.0.1");
        InetAddress peer = InetAddress.ofLiteral("127.0.0.2");
        try (EspSocket socket = EspSocket.bind(ours)) {
            socket.connect(peer);
            EspReceiver receiver = socket.newReceiver();
            assertEquals(100, socket.newSender().send(Packets.room(), 0, 100, 0, 0));
            try (Poller poller = new Poller(socket.fd())) {
                assertTrue(poller.await(Packets.PATIENCE_NANOS));
            }
            assertEquals(-Errno.ENOPROTOOPT, receiver.receive());
            assertEquals(-Errno.EAGAIN, receiver.receive());
        }
    }

    @Test
    void keepsWhatIcmpSaysWithTheSpiItIsAbout() {
        InetAddress ours = InetAddress.ofLiteral("127.0.0.1");
        try (EspSocket socket = EspSocket.bind(ours)) {
            socket.connect(InetAddress.ofLiteral("127.0.0.2"));
            SocketErrors errors = socket.newErrors();
            assertEquals(SocketErrors.NONE, errors.next());
            byte[] packet = HexFormat.of().parseHex("c1a2b3c4" + "00".repeat(40));
            socket.newSender().sendUnfragmented(Packets.of(packet), 0, packet.length);
            try (Poller poller = new Poller(socket.fd())) {
                assertTrue(poller.await(Packets.PATIENCE_NANOS));
                assertTrue(poller.sawError());
            }
            assertEquals(Errno.ENOPROTOOPT, errors.next());
            assertTrue(errors.quotesHead());
            assertEquals(0xc1a2b3c4, errors.quotedHead());
            assertEquals(SocketErrors.NONE, errors.next());
        }
    }

    @Test
    void saysWhatIsWrong() {
        InetAddress elsewhere = InetAddress.ofLiteral("192.0.2.1");
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        assertEquals(
                "cannot bind ESP to 192.0.2.1: EADDRNOTAVAIL (address not on this machine);"
                        + " no interface has this address (ip address add it, or correct the"
                        + " configuration)",
                assertThrows(TunIoException.class, () -> EspSocket.bind(elsewhere)).getMessage());
        EspSocket socket = EspSocket.bind(loopback);
        assertEquals(
                Errno.ENETUNREACH,
                assertThrows(TunIoException.class, () -> socket.connect(elsewhere)).errno());
        assertEquals(
                Errno.EAFNOSUPPORT,
                assertThrows(
                                TunIoException.class,
                                () -> socket.connect(InetAddress.ofLiteral("::1")))
                        .errno());
        EspSender sender = socket.newSender();
        EspReceiver receiver = socket.newReceiver();
        socket.close();
        socket.close();
        assertEquals(-Errno.EBADF, sender.send(Packets.room(), 0, 10, 0, 0));
        assertEquals(-Errno.EBADF, receiver.receive());
        assertEquals(-Errno.EBADF, receiver.receive(), "again");
    }

    /** What cannot come from a kernel, and what a test cannot make a kernel send. */
    @ParameterizedTest
    @CsvSource({
        "'', 0",
        "45, 0",
        "4500001400000000403200007f0000017f0000, 0",
        "4500001400000000403200007f0000017f000001, 20",
        "4500001500000000403200007f0000017f000001ff, 20",
        "4600001800000000403200007f0000017f00000101010101, 24",
        "4600001800000000403200007f0000017f000001010101, 0",
        "4f00003c00000000403200007f0000017f000001, 0",
        "4400001400000000403200007f0000017f000001, 0",
        "6500001400000000403200007f0000017f000001, 0"
    })
    void findsTheEndOfAnIpv4HeaderOrSaysThatThereIsNone(String packet, int headerBytes) {
        byte[] octets = HexFormat.of().parseHex(packet);
        assertEquals(
                headerBytes, EspReceiver.ipv4HeaderBytes(Packets.of(octets), 0, octets.length));
    }
}
