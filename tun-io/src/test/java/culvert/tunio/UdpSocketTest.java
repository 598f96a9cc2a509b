package culvert.tunio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(FreshNamespace.class)
class UdpSocketTest {
    private static final int SEGMENT_BYTES = 1472;
    private static final int SEGMENTS = 40;

    private final MemorySegment room = Packets.room();

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void carriesARunOfDatagramsInOneSendAndOneReceive(String loopback) {
        byte[] sent = Packets.pattern(SEGMENT_BYTES * SEGMENTS - 100);
        try (UdpSocket a = bind(loopback);
                UdpSocket b = bind(loopback)) {
            connect(a, b);
            assertTrue(a.segmentationOffload());
            assertTrue(b.receiveOffload());
            int result =
                    a.newSender()
                            .send(
                                    Packets.of(sent),
                                    0,
                                    sent.length,
                                    SEGMENT_BYTES,
                                    UdpSender.NO_TRAFFIC_CLASS);
            assertEquals(sent.length, result);
            UdpReceiver receiver = b.newReceiver();
            assertEquals(sent.length, Packets.receive(b, receiver, room));
            assertEquals(SEGMENT_BYTES, receiver.segmentBytes());
            assertArrayEquals(sent, Packets.bytes(room, sent.length));
        }
    }

    @Test
    void aReceiverWithoutOffloadSeesEveryDatagramOfARun() {
        byte[] sent = Packets.pattern(3 * 1000 + 1);
        try (UdpSocket a = bind("127.0.0.1");
                UdpSocket b = UdpSocket.bind(address("127.0.0.1", 0), Offloads.NONE)) {
            connect(a, b);
            assertFalse(b.segmentationOffload());
            assertFalse(b.receiveOffload());
            assertEquals(3001, a.newSender().send(Packets.of(sent), 0, sent.length, 1000, -1));
            UdpReceiver receiver = b.newReceiver();
            for (int expected : new int[] {1000, 1000, 1000, 1}) {
                assertEquals(expected, Packets.receive(b, receiver, room));
                assertEquals(expected, receiver.segmentBytes());
            }
            assertEquals(-Errno.EAGAIN, receiver.receive(room, 0, Packets.ROOM_BYTES));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void carriesTheTrafficClassWithAndWithoutARun(String loopback) {
        int expeditedForwardingEct0 = 0xba;
        try (UdpSocket a = bind(loopback);
                UdpSocket b = bind(loopback)) {
            connect(a, b);
            UdpSender sender = a.newSender();
            UdpReceiver receiver = b.newReceiver();
            for (int segmentBytes : new int[] {0, 50}) {
                sender.send(room, 0, 100, segmentBytes, expeditedForwardingEct0);
                assertEquals(100, Packets.receive(b, receiver, room));
                assertEquals(expeditedForwardingEct0, receiver.trafficClass());
                assertEquals(segmentBytes == 0 ? 100 : 50, receiver.segmentBytes());
            }
            sender.send(room, 0, 100, 100, UdpSender.NO_TRAFFIC_CLASS);
            Packets.receive(b, receiver, room);
            assertEquals(0, receiver.trafficClass());
        }
    }

    @Test
    void sendsFromAndReceivesToAnOffset() {
        byte[] sent = Packets.pattern(300);
        try (UdpSocket a = bind("127.0.0.1");
                UdpSocket b = bind("127.0.0.1")) {
            connect(a, b);
            assertEquals(100, a.newSender().send(Packets.of(sent), 200, 100, 0, -1));
            assertTrue(readable(b));
            assertEquals(100, b.newReceiver().receive(room, 64, 1000));
            assertArrayEquals(
                    Arrays.copyOfRange(sent, 200, 300), Packets.bytes(room.asSlice(64), 100));
        }
    }

    @Test
    void receivesAnEmptyDatagramAsZeroBytes() {
        try (UdpSocket a = bind("127.0.0.1");
                UdpSocket b = bind("127.0.0.1")) {
            connect(a, b);
            assertEquals(0, a.newSender().send(room, 0, 0, 0, -1));
            assertEquals(0, Packets.receive(b, b.newReceiver(), room));
        }
    }

    @Test
    void refusesADatagramThatIsLongerThanTheRoomForIt() {
        try (UdpSocket a = bind("127.0.0.1");
                UdpSocket b = bind("127.0.0.1")) {
            connect(a, b);
            UdpSender sender = a.newSender();
            UdpReceiver receiver = b.newReceiver();
            sender.send(room, 0, 200, 0, -1);
            assertTrue(readable(b));
            assertEquals(-Errno.EMSGSIZE, receiver.receive(room, 0, 199));
            sender.send(room, 0, 10, 0, -1);
            assertEquals(10, Packets.receive(b, receiver, room));
        }
    }

    @Test
    void refusesRunsThatTheKernelCannotMake() {
        try (UdpSocket a = bind("127.0.0.1");
                UdpSocket b = bind("127.0.0.1")) {
            connect(a, b);
            UdpSender sender = a.newSender();
            assertEquals(-Errno.EINVAL, sender.send(room, 0, 1000, 1, -1), "1000 segments");
            assertEquals(-Errno.EMSGSIZE, sender.send(room, 0, 66_000, 1472, -1), "too long");
            assertEquals(-Errno.EMSGSIZE, sender.send(room, 0, 70_000, 65_536, -1));
            assertEquals(100, sender.send(room, 0, 100, 0, -1), "the socket works on");
        }
    }

    @Test
    void movesToAnotherPeerWhenConnectedAgain() {
        try (UdpSocket a = bind("127.0.0.1");
                UdpSocket b = bind("127.0.0.1");
                UdpSocket c = bind("127.0.0.1")) {
            UdpSender sender = a.newSender();
            a.connect(b.local());
            sender.send(room, 0, 11, 0, -1);
            a.connect(c.local());
            sender.send(room, 0, 22, 0, -1);
            assertEquals(11, Packets.receive(b, b.newReceiver(), room));
            assertEquals(22, Packets.receive(c, c.newReceiver(), room));
        }
    }

    @Test
    void sharesAnAddressBetweenSocketsWithDifferentPeers() {
        InetSocketAddress shared = address("127.0.0.1", 4500);
        try (UdpSocket toB = UdpSocket.bind(shared);
                UdpSocket b = bind("127.0.0.1");
                UdpSocket c = bind("127.0.0.1")) {
            toB.connect(b.local());
            try (UdpSocket toC = UdpSocket.bind(shared)) {
                toC.connect(c.local());
                b.connect(shared);
                c.connect(shared);
                b.newSender().send(room, 0, 11, 0, -1);
                c.newSender().send(room, 0, 22, 0, -1);
                assertEquals(22, Packets.receive(toC, toC.newReceiver(), room));
                assertEquals(11, Packets.receive(toB, toB.newReceiver(), room));
            }
        }
    }

    @Test
    void reportsAnIcmpErrorOnceAndWorksOn() {
        try (UdpSocket a = bind("127.0.0.1")) {
            InetSocketAddress gone;
            try (UdpSocket b = bind("127.0.0.1")) {
                gone = b.local();
            }
            a.connect(gone);
            UdpSender sender = a.newSender();
            UdpReceiver receiver = a.newReceiver();
            assertEquals(10, sender.send(room, 0, 10, 0, -1));
            assertEquals(-Errno.ECONNREFUSED, receiver.receive(room, 0, 100));
            assertEquals(-Errno.EAGAIN, receiver.receive(room, 0, 100));
            assertEquals(10, sender.send(room, 0, 10, 0, -1));
            assertEquals(-Errno.ECONNREFUSED, sender.send(room, 0, 10, 0, -1));
            try (UdpSocket back = UdpSocket.bind(gone)) {
                assertEquals(10, sender.send(room, 0, 10, 0, -1));
                assertEquals(10, Packets.receive(back, back.newReceiver(), room));
            }
        }
    }

    @Test
    void namesTheProcessThatHoldsThePort() throws Exception {
        try (DatagramSocket holder = new DatagramSocket(address("127.0.0.1", 0))) {
            InetSocketAddress taken = address("127.0.0.1", holder.getLocalPort());
            TunIoException e = assertThrows(TunIoException.class, () -> UdpSocket.bind(taken));
            assertEquals(Errno.EADDRINUSE, e.errno());
            assertEquals(
                    "cannot bind UDP 127.0.0.1:%d: EADDRINUSE (address already in use); the port is"
                                    .formatted(taken.getPort())
                            + " held by java (pid %d), bound to 127.0.0.1:%d: stop that process first"
                                    .formatted(ProcessHandle.current().pid(), taken.getPort()),
                    e.getMessage());
        }
    }

    @Test
    void refusesToShareAPortWithAnotherProcessThatWouldLetIt() throws Exception {
        try (ChildJvm other = ChildJvm.start(ReusablePort.class, "0.0.0.0")) {
            int port = Integer.parseInt(other.readLine());
            TunIoException e =
                    assertThrows(
                            TunIoException.class, () -> UdpSocket.bind(address("127.0.0.1", port)));
            assertEquals(Errno.EADDRINUSE, e.errno());
            assertTrue(
                    e.getMessage().contains("held by java (pid " + other.pid() + "), bound to "),
                    e.getMessage());
        }
    }

    @Test
    void saysWhatToDoAboutAnAddressThatIsNotHere() {
        TunIoException e =
                assertThrows(
                        TunIoException.class, () -> UdpSocket.bind(address("198.51.100.7", 4500)));
        assertEquals(
                "cannot bind UDP 198.51.100.7:4500: EADDRNOTAVAIL (address not on this machine);"
                        + " no interface has 198.51.100.7 (ip address add it, or correct the"
                        + " configuration)",
                e.getMessage());
    }

    @Test
    void saysWhatIsWrongWithAPeer() {
        try (UdpSocket socket = bind("127.0.0.1")) {
            socket.connect(address("127.0.0.2", 4500));
            TunIoException family =
                    assertThrows(TunIoException.class, () -> socket.connect(address("::1", 4500)));
            assertTrue(
                    family.getMessage().contains("must both be IPv4 or both IPv6"),
                    family.getMessage());
        }
        try (UdpSocket socket = UdpSocket.bind(address("0.0.0.0", 0))) {
            TunIoException route =
                    assertThrows(
                            TunIoException.class,
                            () -> socket.connect(address("198.51.100.7", 4500)));
            assertEquals(Errno.ENETUNREACH, route.errno());
            assertTrue(route.getMessage().contains("ip route get 198.51.100.7"));
        }
    }

    @Test
    void answersEbadfAfterClose() {
        UdpSocket socket = bind("127.0.0.1");
        UdpSender sender = socket.newSender();
        UdpReceiver receiver = socket.newReceiver();
        socket.close();
        socket.close();
        assertEquals(-1, socket.fd());
        assertEquals(-Errno.EBADF, sender.send(room, 0, 10, 0, -1));
        assertEquals(-Errno.EBADF, receiver.receive(room, 0, 10));
    }

    @Test
    void keepsWrongBuffersFromTheKernel() {
        try (UdpSocket socket = bind("127.0.0.1")) {
            UdpReceiver receiver = socket.newReceiver();
            assertThrows(
                    IndexOutOfBoundsException.class,
                    () -> receiver.receive(room, Packets.ROOM_BYTES - 9, 10));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> receiver.receive(MemorySegment.ofArray(new byte[10]), 0, 10));
        }
    }

    @Test
    void tellsTheAddressThatTheKernelChose() {
        try (UdpSocket socket = UdpSocket.bind(address("0.0.0.0", 0))) {
            assertNotEquals(0, socket.local().getPort());
            socket.connect(address("127.0.0.9", 4500));
            assertEquals("127.0.0.1", socket.local().getAddress().getHostAddress());
        }
    }

    private static boolean readable(UdpSocket socket) {
        try (Poller poller = new Poller(socket.fd())) {
            return poller.await(Packets.PATIENCE_NANOS);
        }
    }

    private static UdpSocket bind(String literal) {
        return UdpSocket.bind(address(literal, 0));
    }

    private static void connect(UdpSocket a, UdpSocket b) {
        a.connect(b.local());
        b.connect(a.local());
    }

    private static InetSocketAddress address(String literal, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(literal), port);
    }
}
