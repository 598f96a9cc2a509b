package culvert.tunio;

import static culvert.tunio.SocketNumbers.SOCK_CLOEXEC;
import static culvert.tunio.SocketNumbers.SOCK_DGRAM;
import static culvert.tunio.SocketNumbers.SOCK_NONBLOCK;
import static culvert.tunio.SocketNumbers.SOL_SOCKET;
import static culvert.tunio.SocketNumbers.SO_RCVBUF;
import static culvert.tunio.SocketNumbers.SO_RCVBUFFORCE;
import static culvert.tunio.SocketNumbers.SO_REUSEADDR;
import static culvert.tunio.SocketNumbers.SO_SNDBUF;
import static culvert.tunio.SocketNumbers.SO_SNDBUFFORCE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;

/**
 * A UDP socket for the packet paths: bound to one local address, connected to one peer, never
 * waiting, with the kernel's batching on.
 *
 * <p>Several sockets of one process may share a local address (SO_REUSEADDR), each connected to its
 * own peer; the kernel gives a datagram to the connected socket that matches it. Sharing with
 * another process is refused: each would lose datagrams to the other.
 *
 * <p>ICMP errors reach a connected socket as the {@code -errno} of one later send or receive
 * (ECONNREFUSED, EHOSTUNREACH); the socket works on.
 */
public final class UdpSocket implements AutoCloseable {
    // linux/in.h
    static final int IPPROTO_IP = 0;
    static final int IP_TOS = 1;
    static final int IP_RECVERR = 11;
    private static final int IP_MTU_DISCOVER = 10;
    private static final int IP_RECVTOS = 13;
    private static final int IP_PMTUDISC_PROBE = 3;
    private static final int IP_PMTUDISC_OMIT = 5;
    // linux/in6.h
    static final int IPPROTO_IPV6 = 41;
    static final int IPV6_TCLASS = 67;
    private static final int IPV6_MTU_DISCOVER = 23;
    static final int IPV6_RECVERR = 25;
    private static final int IPV6_V6ONLY = 26;
    private static final int IPV6_RECVTCLASS = 66;
    // linux/udp.h
    static final int SOL_UDP = 17;
    static final int UDP_SEGMENT = 103;
    static final int UDP_GRO = 104;

    /** Rides out a pause of this process of some 10 ms at 5 Gbit/s. */
    private static final int BUFFER_BYTES = 7 << 20;

    private static final int CLOSED = -1;

    private final boolean inet6;
    private final boolean segmentationOffload;
    private final boolean receiveOffload;
    private boolean dontFragment;
    private volatile int fd;

    private UdpSocket(int fd, boolean inet6, Offloads wanted) {
        this.fd = fd;
        this.inet6 = inet6;
        this.segmentationOffload =
                wanted.udpSend() && Libc.getsockopt(fd, SOL_UDP, UDP_SEGMENT) >= 0;
        // Kernels before 5.12 accept UDP_GRO and cannot read it back; those are not trusted.
        this.receiveOffload =
                wanted.udpReceive()
                        && Libc.setsockopt(fd, SOL_UDP, UDP_GRO, 1) >= 0
                        && Libc.getsockopt(fd, SOL_UDP, UDP_GRO) == 1;
        if (!receiveOffload) {
            Libc.setsockopt(fd, SOL_UDP, UDP_GRO, 0);
        }
    }

    /** Binds with every offload the kernel has. */
    public static UdpSocket bind(InetSocketAddress local) {
        return bind(local, Offloads.ALL);
    }

    /**
     * Binds in the calling thread's network namespace.
     *
     * @param local the address, whose family is the socket's; port 0 lets the kernel choose
     * @param wanted the offloads to use; the socket says which it got
     * @throws TunIoException when the kernel refuses; for EADDRINUSE the text names the process
     *     that holds the port
     */
    public static UdpSocket bind(InetSocketAddress local, Offloads wanted) {
        boolean inet6 = SocketAddress.family(local.getAddress()) == SocketAddress.AF_INET6;
        int fd =
                Libc.socket(
                        inet6 ? SocketAddress.AF_INET6 : SocketAddress.AF_INET,
                        SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
                        0);
        if (fd < 0) {
            throw new TunIoException(
                    "cannot create a UDP socket for " + SocketAddress.text(local), -fd, "");
        }
        try {
            configure(fd, inet6);
            bind(fd, local);
            UdpSocket socket = new UdpSocket(fd, inet6, wanted);
            socket.setDontFragment(false);
            return socket;
        } catch (TunIoException e) {
            Libc.close(fd);
            throw e;
        }
    }

    /**
     * Sends to, and receives from, this peer alone from now on. What was received before stays
     * queued.
     */
    public void connect(InetSocketAddress peer) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = SocketAddress.encode(arena, peer);
            int result = Libc.connect(fd, address, (int) address.byteSize());
            if (result < 0) {
                throw new TunIoException(
                        "cannot connect UDP " + describe() + " to " + SocketAddress.text(peer),
                        -result,
                        connectAdvice(-result, peer.getAddress()));
            }
        }
    }

    static String connectAdvice(int errno, InetAddress peer) {
        return switch (errno) {
            case Errno.ENETUNREACH, Errno.EHOSTUNREACH ->
                    "no route leads to the peer (ip route get " + peer.getHostAddress() + ")";
            case Errno.EAFNOSUPPORT, Errno.EINVAL ->
                    "local address and peer must both be IPv4 or both IPv6";
            default -> "";
        };
    }

    /** The address it is bound to; with a wildcard, the one that connecting chose. */
    public InetSocketAddress local() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(SocketAddress.MAX_BYTES, Long.BYTES);
            MemorySegment lengthBytes = arena.allocateFrom(JAVA_INT, SocketAddress.MAX_BYTES);
            int result = Libc.getsockname(fd, address, lengthBytes);
            if (result < 0) {
                throw new TunIoException("cannot tell the address of a socket", -result, "");
            }
            return SocketAddress.decode(address);
        }
    }

    /** The descriptor, for a {@link Poller}; -1 after {@link #close}. */
    public int fd() {
        return fd;
    }

    /** Whether one send may carry many datagrams (UDP_SEGMENT). */
    public boolean segmentationOffload() {
        return segmentationOffload;
    }

    /** Whether one receive may bring many datagrams (UDP_GRO). */
    public boolean receiveOffload() {
        return receiveOffload;
    }

    /** Has every later receive bring one datagram; returns 0 or {@code -errno}. */
    public int turnOffReceiveOffload() {
        return Libc.setsockopt(fd, SOL_UDP, UDP_GRO, 0);
    }

    /**
     * Whether datagrams carry DF from now on (RFC 791): routers then answer with ICMP where they
     * would have fragmented. Clear at first. Over IPv6, where routers never fragment, it changes
     * nothing.
     *
     * <p>Either way the kernel ignores path MTUs that ICMP told it: a forged one would make every
     * batched send fail with EMSGSIZE. What ICMP says is for {@link #newErrors} to tell.
     */
    public void setDontFragment(boolean on) {
        dontFragment = on;
        require(discover(on), "IP_MTU_DISCOVER");
    }

    boolean dontFragment() {
        return dontFragment || inet6;
    }

    /** DF for the next datagrams alone; returns 0 or {@code -errno}. */
    int discover(boolean dontFragmentNow) {
        return discover(fd, inet6, dontFragmentNow);
    }

    static int discover(int fd, boolean inet6, boolean dontFragmentNow) {
        return inet6
                ? Libc.setsockopt(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IP_PMTUDISC_PROBE)
                : Libc.setsockopt(
                        fd,
                        IPPROTO_IP,
                        IP_MTU_DISCOVER,
                        dontFragmentNow ? IP_PMTUDISC_PROBE : IP_PMTUDISC_OMIT);
    }

    /**
     * What ICMP says of datagrams of this socket, kept by the kernel from now on. A {@link Poller}
     * does not sleep while something is in it.
     */
    public SocketErrors newErrors() {
        return newErrors(this::fd, inet6);
    }

    static SocketErrors newErrors(IntSupplier fd, boolean inet6) {
        require(
                inet6
                        ? Libc.setsockopt(fd.getAsInt(), IPPROTO_IPV6, IPV6_RECVERR, 1)
                        : Libc.setsockopt(fd.getAsInt(), IPPROTO_IP, IP_RECVERR, 1),
                "IP_RECVERR");
        return new SocketErrors(fd);
    }

    /** A sender for one thread. */
    public UdpSender newSender() {
        return new UdpSender(this, inet6);
    }

    /** A receiver for one thread. */
    public UdpReceiver newReceiver() {
        return new UdpReceiver(this);
    }

    @Override
    public void close() {
        int open = fd;
        fd = CLOSED;
        if (open != CLOSED) {
            Libc.close(open);
        }
    }

    private String describe() {
        return fd == CLOSED ? "(closed)" : SocketAddress.text(local());
    }

    private static void configure(int fd, boolean inet6) {
        require(Libc.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, 1), "SO_REUSEADDR");
        if (inet6) {
            require(Libc.setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1), "IPV6_V6ONLY");
        }
        configureIp(fd, inet6);
    }

    /** What sockets of all protocols need that carry ESP. */
    static void configureIp(int fd, boolean inet6) {
        enlarge(fd, SO_RCVBUFFORCE, SO_RCVBUF);
        enlarge(fd, SO_SNDBUFFORCE, SO_SNDBUF);
        if (inet6) {
            require(Libc.setsockopt(fd, IPPROTO_IPV6, IPV6_RECVTCLASS, 1), "IPV6_RECVTCLASS");
        } else {
            require(Libc.setsockopt(fd, IPPROTO_IP, IP_RECVTOS, 1), "IP_RECVTOS");
        }
    }

    /**
     * The forced form passes net.core.*mem_max and needs CAP_NET_ADMIN; the plain one is capped.
     */
    private static void enlarge(int fd, int forced, int plain) {
        if (Libc.setsockopt(fd, SOL_SOCKET, forced, BUFFER_BYTES) < 0) {
            require(Libc.setsockopt(fd, SOL_SOCKET, plain, BUFFER_BYTES), "SO_RCVBUF, SO_SNDBUF");
        }
    }

    static void require(int result, String option) {
        if (result < 0) {
            throw new TunIoException("cannot set the socket option " + option, -result, "");
        }
    }

    private static void bind(int fd, InetSocketAddress local) {
        List<PortHolder> others =
                local.getPort() == 0 ? List.of() : PortHolder.othersOverlapping(local);
        if (!others.isEmpty()) {
            throw inUse(local, others);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = SocketAddress.encode(arena, local);
            int result = Libc.bind(fd, address, (int) address.byteSize());
            switch (-result) {
                case Errno.EADDRINUSE -> throw inUse(local, PortHolder.ofUdp(local.getPort()));
                case Errno.EADDRNOTAVAIL ->
                        throw bindFailure(
                                local,
                                -result,
                                "no interface has "
                                        + local.getAddress().getHostAddress()
                                        + " (ip address add it, or correct the configuration)");
                case Errno.EACCES ->
                        throw bindFailure(local, -result, Capability.NET_BIND_SERVICE.advice());
                default -> {
                    if (result < 0) {
                        throw bindFailure(local, -result, "");
                    }
                }
            }
        }
    }

    private static TunIoException inUse(InetSocketAddress local, List<PortHolder> holders) {
        String who = holders.stream().map(PortHolder::text).collect(Collectors.joining("; "));
        return bindFailure(
                local,
                Errno.EADDRINUSE,
                holders.isEmpty()
                        ? "find the holder with ss -ulpn"
                        : "the port is held by " + who + ": stop that process first");
    }

    private static TunIoException bindFailure(InetSocketAddress local, int errno, String advice) {
        return new TunIoException("cannot bind UDP " + SocketAddress.text(local), errno, advice);
    }
}
