package culvert.tunio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(FreshNamespace.class)
class IcmpEchoSocketTest {
    @ParameterizedTest
    @CsvSource({"127.0.0.1, 8", "127.0.0.1, 57", "127.0.0.1, 65000", "::1, 8", "::1, 1400"})
    void bringsBackSequenceAndTime(String loopback, int payloadBytes) {
        InetAddress address = InetAddress.ofLiteral(loopback);
        try (IcmpEchoSocket socket = IcmpEchoSocket.open(address, 0x1234)) {
            assertEquals(
                    payloadBytes + 8, socket.send(address, 0x1_fffe, Long.MIN_VALUE, payloadBytes));
            assertEquals(
                    Optional.of(new EchoReply(address, 0xfffe, Long.MIN_VALUE, payloadBytes)),
                    await(socket));
            assertEquals(Optional.empty(), socket.receive());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void doesNotSeeTheRepliesOfAnotherSocket(String loopback) {
        InetAddress address = InetAddress.ofLiteral(loopback);
        try (IcmpEchoSocket one = IcmpEchoSocket.open(address, 1);
                IcmpEchoSocket two = IcmpEchoSocket.open(address, 2)) {
            one.send(address, 11, 0, 16);
            two.send(address, 22, 0, 16);
            assertEquals(11, await(one).orElseThrow().sequence());
            assertEquals(22, await(two).orElseThrow().sequence());
            assertEquals(Optional.empty(), one.receive());
        }
    }

    @Test
    void leavesFromItsSourceAddress() {
        InetAddress source = InetAddress.ofLiteral("127.0.0.7");
        InetAddress destination = InetAddress.ofLiteral("127.0.0.8");
        try (IcmpEchoSocket socket = IcmpEchoSocket.open(source, 1)) {
            socket.send(destination, 1, 0, 8);
            assertEquals(destination, await(socket).orElseThrow().from());
        }
    }

    @Test
    void staysOnItsInterface() {
        InetAddress ours = InetAddress.ofLiteral("10.99.0.1");
        try (TunDevice device = TunDevice.open("cvt0");
                Rtnetlink netlink = Rtnetlink.open()) {
            netlink.addresses().add(new InterfaceAddress(device.interfaceIndex(), ours, 24));
            netlink.links().setUp(device.interfaceIndex());
            try (IcmpEchoSocket socket = IcmpEchoSocket.open(ours, 1)) {
                socket.bindToInterface("cvt0");
                socket.send(InetAddress.ofLiteral("192.0.2.1"), 1, 0, 8);
                try (Poller poller = new Poller(device.fd())) {
                    assertTrue(poller.await(Packets.PATIENCE_NANOS), "no route but the interface");
                }
                TunIoException e =
                        assertThrows(
                                TunIoException.class, () -> socket.bindToInterface("cvt-none"));
                assertEquals(Errno.ENODEV, e.errno());
            }
        }
    }

    @Test
    void tellsErrorsAsNegativeErrno() {
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        IcmpEchoSocket socket = IcmpEchoSocket.open(loopback, 1);
        assertEquals(-Errno.EAFNOSUPPORT, socket.send(InetAddress.ofLiteral("::1"), 1, 0, 8));
        assertEquals(-Errno.ENETUNREACH, socket.send(InetAddress.ofLiteral("192.0.2.1"), 1, 0, 8));
        assertThrows(IllegalArgumentException.class, () -> socket.send(loopback, 1, 0, 7));
        assertThrows(IllegalArgumentException.class, () -> socket.send(loopback, 1, 0, 65_001));
        socket.close();
        socket.close();
        assertEquals(-Errno.EBADF, socket.send(loopback, 1, 0, 8));
        assertEquals(Optional.empty(), socket.receive());
    }

    @Test
    void refusesASourceThatIsNotHere() {
        InetAddress elsewhere = InetAddress.ofLiteral("192.0.2.1");
        TunIoException e =
                assertThrows(TunIoException.class, () -> IcmpEchoSocket.open(elsewhere, 1));
        assertEquals(
                "cannot send ICMP from 192.0.2.1: EADDRNOTAVAIL (address not on this machine);"
                        + " no interface has this address",
                e.getMessage());
    }

    private static Optional<EchoReply> await(IcmpEchoSocket socket) {
        try (Poller poller = new Poller(socket.fd())) {
            poller.await(Packets.PATIENCE_NANOS);
            return socket.receive();
        }
    }
}
