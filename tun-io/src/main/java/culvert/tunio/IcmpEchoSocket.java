package culvert.tunio;

import static culvert.tunio.SocketNumbers.MSG_DONTWAIT;
import static culvert.tunio.SocketNumbers.SOCK_CLOEXEC;
import static culvert.tunio.SocketNumbers.SOCK_NONBLOCK;
import static culvert.tunio.SocketNumbers.SOCK_RAW;
import static culvert.tunio.SocketNumbers.SOL_SOCKET;
import static culvert.tunio.SocketNumbers.SO_BINDTODEVICE;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Sends ICMP or ICMPv6 echo requests from one local address and receives their replies, without
 * waiting. Belongs to one thread. Each socket has an identifier of its own, so several do not see
 * each other's replies.
 */
public final class IcmpEchoSocket implements AutoCloseable {
    // linux/in.h, linux/in6.h, linux/icmp.h, linux/icmpv6.h
    private static final int IPPROTO_ICMP = 1;
    private static final int IPPROTO_ICMPV6 = 58;
    private static final int SOL_RAW = 255;
    private static final int ICMP_FILTER = 1;
    private static final int ICMP6_FILTER = 1;
    private static final int ICMP6_FILTER_BYTES = 32;

    private static final int RECEIVE_BYTES = 64 * 1024;

    /** Replies to others come here too; a flood of them must not hold up the caller. */
    private static final int MAX_PACKETS_PER_RECEIVE = 64;

    private final boolean inet6;
    private final int identifier;
    private final MemorySegment sendMemory =
            Arena.ofAuto().allocate(IcmpEcho.MAX_BYTES, Long.BYTES);
    private final MemorySegment receiveMemory = Arena.ofAuto().allocate(RECEIVE_BYTES, Long.BYTES);
    private final MemorySegment peerMemory =
            Arena.ofAuto().allocate(SocketAddress.MAX_BYTES, Long.BYTES);
    private final MessageHeader sendHeader = new MessageHeader(0);
    private final MessageHeader receiveHeader = new MessageHeader(0);
    private int fd;

    private IcmpEchoSocket(int fd, boolean inet6, int identifier) {
        this.fd = fd;
        this.inet6 = inet6;
        this.identifier = identifier;
    }

    /**
     * A socket whose requests leave from this address.
     *
     * @param identifier tells this socket's replies from those of others on the machine, 16 bits
     */
    public static IcmpEchoSocket open(InetAddress source, int identifier) {
        boolean inet6 = SocketAddress.family(source) == SocketAddress.AF_INET6;
        int fd =
                Libc.socket(
                        inet6 ? SocketAddress.AF_INET6 : SocketAddress.AF_INET,
                        SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC,
                        inet6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP);
        if (fd < 0) {
            throw new TunIoException(
                    "cannot open a raw ICMP socket", -fd, Capability.NET_RAW.advice());
        }
        try (Arena arena = Arena.ofConfined()) {
            filterReplies(fd, inet6, arena);
            MemorySegment address = SocketAddress.encode(arena, new InetSocketAddress(source, 0));
            int result = Libc.bind(fd, address, (int) address.byteSize());
            if (result < 0) {
                throw new TunIoException(
                        "cannot send ICMP from " + source.getHostAddress(),
                        -result,
                        result == -Errno.EADDRNOTAVAIL ? "no interface has this address" : "");
            }
            return new IcmpEchoSocket(fd, inet6, identifier & 0xffff);
        } catch (TunIoException e) {
            Libc.close(fd);
            throw e;
        }
    }

    /** Lets requests leave, and replies arrive, by this interface only, whatever the routes say. */
    public void bindToInterface(String name) {
        byte[] bytes = InterfaceName.require(name).getBytes(StandardCharsets.US_ASCII);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocateFrom(JAVA_BYTE, bytes);
            int result = Libc.setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, value, bytes.length);
            if (result < 0) {
                throw new TunIoException(
                        "cannot bind ICMP to the interface " + name,
                        -result,
                        result == -Errno.EPERM ? Capability.NET_RAW.advice() : "");
            }
        }
    }

    /** The descriptor, for a {@link Poller}; -1 after {@link #close}. */
    public int fd() {
        return fd;
    }

    /**
     * Sends one echo request.
     *
     * @param sequence 16 bits
     * @param timeNanos whatever clock the caller uses; the reply brings it back
     * @param payloadBytes from 8, which carry the time, up to 65,000
     * @return bytes sent, or {@code -errno}: ENETUNREACH, EMSGSIZE, EAGAIN ...
     */
    public int send(InetAddress destination, int sequence, long timeNanos, int payloadBytes) {
        if ((SocketAddress.family(destination) == SocketAddress.AF_INET6) != inet6) {
            return -Errno.EAFNOSUPPORT;
        }
        byte[] request =
                IcmpEcho.request(inet6, identifier, sequence & 0xffff, timeNanos, payloadBytes);
        MemorySegment.copy(request, 0, sendMemory, JAVA_BYTE, 0, request.length);
        try (Arena arena = Arena.ofConfined()) {
            sendHeader.name(SocketAddress.encode(arena, new InetSocketAddress(destination, 0)));
            sendHeader.data(sendMemory.address(), request.length);
            return Libc.sendmsg(fd, sendHeader.memory(), MSG_DONTWAIT);
        } finally {
            Reference.reachabilityFence(sendMemory);
        }
    }

    /** The next reply to a request of this socket, if one has arrived. */
    public Optional<EchoReply> receive() {
        for (int i = 0; i < MAX_PACKETS_PER_RECEIVE; i++) {
            receiveHeader.name(peerMemory);
            receiveHeader.data(receiveMemory.address(), RECEIVE_BYTES);
            int received = Libc.recvmsg(fd, receiveHeader.memory(), MSG_DONTWAIT);
            if (received == -Errno.EAGAIN || received == -Errno.EBADF) {
                return Optional.empty();
            }
            // Any other error is an earlier request's (EHOSTUNREACH ...), and is used up by this.
            if (received > 0) {
                ByteBuffer packet = receiveMemory.asSlice(0, received).asByteBuffer();
                InetAddress peer = SocketAddress.decode(peerMemory).getAddress();
                Optional<EchoReply> reply = IcmpEcho.reply(packet, inet6, identifier, peer);
                if (reply.isPresent()) {
                    return reply;
                }
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        if (fd >= 0) {
            Libc.close(fd);
            fd = -1;
        }
    }

    /** Both filters have a bit per type, and a set bit keeps the type out. */
    private static void filterReplies(int fd, boolean inet6, Arena arena) {
        int result;
        if (inet6) {
            MemorySegment filter = arena.allocate(ICMP6_FILTER_BYTES).fill((byte) 0xff);
            int word = IcmpEcho.REPLY_V6 / Integer.SIZE;
            filter.setAtIndex(JAVA_INT, word, ~(1 << IcmpEcho.REPLY_V6));
            result = Libc.setsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER, filter, ICMP6_FILTER_BYTES);
        } else {
            result = Libc.setsockopt(fd, SOL_RAW, ICMP_FILTER, ~(1 << IcmpEcho.REPLY_V4));
        }
        if (result < 0) {
            throw new TunIoException("cannot filter ICMP replies", -result, "");
        }
    }
}
