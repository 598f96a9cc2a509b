package culvert.tunio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A TUN device stands for the path to the peer: what is sent comes out of it, and routers on that
 * path answer through it.
 */
@ExtendWith(FreshNamespace.class)
class SocketErrorsTest {
    private static final int DF = 0x4000;

    private final MemorySegment room = Packets.room();

    private static TunDevice path() {
        TunDevice device = TunDevice.open("path0", Offloads.NONE);
        try (Rtnetlink netlink = Rtnetlink.open()) {
            int index = device.interfaceIndex();
            netlink.links().setUp(index);
            netlink.addresses()
                    .add(new InterfaceAddress(index, InetAddress.ofLiteral("192.0.2.1"), 24));
            netlink.addresses()
                    .add(new InterfaceAddress(index, InetAddress.ofLiteral("2001:db8::1"), 64));
        }
        return device;
    }

    private static UdpSocket socket(boolean ipv4) {
        String us = ipv4 ? "192.0.2.1" : "2001:db8::1";
        String peer = ipv4 ? "192.0.2.2" : "2001:db8::2";
        UdpSocket socket =
                UdpSocket.bind(new InetSocketAddress(InetAddress.ofLiteral(us), 0), Offloads.NONE);
        socket.connect(new InetSocketAddress(InetAddress.ofLiteral(peer), 4500));
        return socket;
    }

    /** The next UDP packet that came out, without its vnet header. */
    private byte[] sent(TunDevice path, boolean ipv4) {
        try (Poller poller = new Poller(path.fd())) {
            long deadlineNanos = System.nanoTime() + Packets.PATIENCE_NANOS;
            while (deadlineNanos - System.nanoTime() > 0) {
                int bytes = path.read(room, 0, Packets.ROOM_BYTES);
                if (bytes < 0) {
                    poller.await(deadlineNanos - System.nanoTime());
                    continue;
                }
                byte[] packet = Packets.bytes(room.asSlice(10), bytes - 10);
                if (packet[ipv4 ? 9 : 6] == 17 && packet[0] >> 4 == (ipv4 ? 4 : 6)) {
                    return packet;
                }
            }
        }
        throw new AssertionError("nothing was sent");
    }

    /** ICMP of this kind about the packet, of which it quotes so much. */
    private static void answer(
            TunDevice path, byte[] about, int quoted, int type, int code, int word) {
        boolean ipv4 = about[0] >> 4 == 4;
        int ip = ipv4 ? 20 : 40;
        ByteBuffer out = ByteBuffer.allocate(10 + ip + 8 + quoted);
        out.position(10);
        if (ipv4) {
            out.put((byte) 0x45).put((byte) 0).putShort((short) (28 + quoted)).putInt(0);
            out.put((byte) 64).put((byte) 1).putShort((short) 0);
            out.put(about, 16, 4).put(about, 12, 4);
        } else {
            out.putInt(6 << 28).putShort((short) (8 + quoted)).put((byte) 58).put((byte) 64);
            out.put(about, 24, 16).put(about, 8, 16);
        }
        out.put((byte) type).put((byte) code).putShort((short) 0).putInt(word);
        out.put(about, 0, quoted);
        byte[] packet = out.array();
        if (ipv4) {
            checksum(packet, 20, 10, 20, 0);
        }
        int pseudo = ipv4 ? 0 : sum(packet, 18, 32) + 58 + 8 + quoted;
        checksum(packet, 10 + ip + 2, 10 + ip, 8 + quoted, pseudo);
        assertEquals(packet.length, path.write(Packets.of(packet), 0, packet.length));
    }

    private static void checksum(byte[] octets, int field, int from, int length, int pseudo) {
        int sum = sum(octets, from, length) + pseudo;
        sum = (sum & 0xFFFF) + (sum >>> 16);
        sum = (sum & 0xFFFF) + (sum >>> 16);
        octets[field] = (byte) (~sum >> 8);
        octets[field + 1] = (byte) ~sum;
    }

    private static int sum(byte[] octets, int from, int length) {
        int sum = 0;
        for (int i = 0; i < length; i++) {
            sum += (octets[from + i] & 0xFF) << (i % 2 == 0 ? 8 : 0);
        }
        return sum;
    }

    /** Answers until the socket knows: ICMP may be lost, and routers answer every packet. */
    private static int awaitError(UdpSocket socket, SocketErrors errors, Runnable answer) {
        answerUntilKnown(socket, answer);
        return errors.next();
    }

    private static void answerUntilKnown(UdpSocket socket, Runnable answer) {
        try (Poller poller = new Poller(socket.fd())) {
            boolean known = false;
            for (int attempt = 0; attempt < 10 && !known; attempt++) {
                answer.run();
                known = poller.await(Packets.PATIENCE_NANOS / 10);
            }
            assertTrue(known);
            assertTrue(poller.sawError());
        }
    }

    @ParameterizedTest
    @CsvSource({"true, 3, 4", "false, 2, 0"})
    void tellsTheMtuThatARouterAsksFor(boolean ipv4, int type, int code) {
        try (TunDevice path = path();
                UdpSocket socket = socket(ipv4)) {
            SocketErrors errors = socket.newErrors();
            assertEquals(SocketErrors.NONE, errors.next());
            byte[] datagram = Packets.pattern(1400);
            ByteBuffer.wrap(datagram).putInt(0xC1A2B3C4);
            socket.newSender().sendUnfragmented(Packets.of(datagram), 0, datagram.length);
            byte[] packet = sent(path, ipv4);
            int quoted = Math.min(packet.length, 548);
            assertEquals(
                    Errno.EMSGSIZE,
                    awaitError(
                            socket, errors, () -> answer(path, packet, quoted, type, code, 1300)));
            assertEquals(1300, errors.mtuBytes());
            assertTrue(errors.quotesHead());
            assertEquals(0xC1A2B3C4, errors.quotedHead());
            assertEquals(SocketErrors.NONE, errors.next());
        }
    }

    @ParameterizedTest
    @CsvSource({"true, 3, 4, 28", "false, 2, 0, 48"})
    void livesWithRoutersThatQuoteLittle(boolean ipv4, int type, int code, int quoted) {
        try (TunDevice path = path();
                UdpSocket socket = socket(ipv4)) {
            SocketErrors errors = socket.newErrors();
            socket.newSender().sendUnfragmented(room, 0, 1400);
            byte[] packet = sent(path, ipv4);
            assertEquals(
                    Errno.EMSGSIZE,
                    awaitError(
                            socket, errors, () -> answer(path, packet, quoted, type, code, 1280)));
            assertEquals(1280, errors.mtuBytes());
            assertFalse(errors.quotesHead());
        }
    }

    @Test
    void tellsOtherErrorsWithoutAnMtu() {
        try (TunDevice path = path();
                UdpSocket socket = socket(true)) {
            SocketErrors errors = socket.newErrors();
            socket.newSender().send(room, 0, 100, 0, -1);
            byte[] packet = sent(path, true);
            assertEquals(
                    Errno.ECONNREFUSED,
                    awaitError(
                            socket,
                            errors,
                            () -> {
                                for (int code : new int[] {3, 1, 13}) {
                                    answer(path, packet, 64, 3, code, 0);
                                }
                            }));
            assertEquals(0, errors.mtuBytes());
            assertEquals(Errno.EHOSTUNREACH, errors.next());
            assertEquals(Errno.EHOSTUNREACH, errors.next());
            assertEquals(SocketErrors.NONE, errors.next());
        }
    }

    @Test
    void ignoresIcmpAboutAnotherPort() {
        try (TunDevice path = path();
                UdpSocket socket = socket(true)) {
            SocketErrors errors = socket.newErrors();
            socket.newSender().sendUnfragmented(room, 0, 1400);
            byte[] packet = sent(path, true);
            packet[22] ^= 1; // the quoted destination port
            answer(path, packet, 64, 3, 4, 600);
            assertEquals(SocketErrors.NONE, errors.next());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void setsDfAsItIsToldAndOnProbesAlways(boolean dontFragment) {
        try (TunDevice path = path();
                UdpSocket socket = socket(true)) {
            socket.setDontFragment(dontFragment);
            UdpSender sender = socket.newSender();
            int expected = dontFragment ? DF : 0;
            sender.send(room, 0, 100, 0, -1);
            assertEquals(expected, ByteBuffer.wrap(sent(path, true)).getShort(6));
            sender.sendUnfragmented(room, 0, 100);
            assertEquals(DF, ByteBuffer.wrap(sent(path, true)).getShort(6));
            sender.send(room, 0, 100, 0, -1);
            assertEquals(expected, ByteBuffer.wrap(sent(path, true)).getShort(6));
        }
    }

    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true"})
    void goesOnSendingLongDatagramsWhateverIcmpClaims(boolean ipv4, boolean dontFragment) {
        try (TunDevice path = path();
                UdpSocket socket = socket(ipv4)) {
            socket.setDontFragment(dontFragment);
            SocketErrors errors = socket.newErrors();
            UdpSender sender = socket.newSender();
            sender.sendUnfragmented(room, 0, 1400);
            byte[] packet = sent(path, ipv4);
            answerUntilKnown(
                    socket,
                    () -> {
                        if (ipv4) {
                            answer(path, packet, 100, 3, 4, 552);
                        } else {
                            answer(path, packet, 100, 2, 0, 1280);
                        }
                    });
            assertEquals(
                    -Errno.EMSGSIZE,
                    sender.send(room, 0, 1400, 0, -1),
                    "told once in place of a send");
            assertEquals(Errno.EMSGSIZE, errors.next());
            assertEquals(1400, sender.send(room, 0, 1400, 0, -1));
            assertEquals(1400 + (ipv4 ? 28 : 48), sent(path, ipv4).length, "in one piece");
        }
    }
}
