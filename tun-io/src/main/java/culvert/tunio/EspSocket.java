package culvert.tunio;

import static culvert.tunio.SocketNumbers.SOCK_CLOEXEC;
import static culvert.tunio.SocketNumbers.SOCK_NONBLOCK;
import static culvert.tunio.SocketNumbers.SOCK_RAW;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * A raw socket for ESP as IP protocol 50 (RFC 4303): bound to one local address, connected to one
 * peer, never waiting. The kernel gives it a copy of every ESP packet from its peer and of no
 * other, reassembled when it was fragmented.
 *
 * <p>Raw sockets have no segmentation or receive offload: the kernel handles each packet alone, and
 * {@link EspSender} and {@link EspReceiver} save system calls only.
 */
public final class EspSocket implements AutoCloseable {
    /** linux/in.h, IPPROTO_ESP. */
    public static final int PROTOCOL = 50;

    private static final int NO_PORT = 0;
    private static final int CLOSED = -1;

    private final boolean inet6;
    private boolean dontFragment;
    private volatile int fd;

    private EspSocket(int fd, boolean inet6) {
        this.fd = fd;
        this.inet6 = inet6;
    }

    /**
     * Binds in the calling thread's network namespace.
     *
     * @param local the address, whose family is the socket's
     * @throws TunIoException when the kernel refuses; the text says what to do
     */
    public static EspSocket bind(InetAddress local) {
        boolean inet6 = SocketAddress.family(local) == SocketAddress.AF_INET6;
        int fd =
                Libc.socket(
                        inet6 ? SocketAddress.AF_INET6 : SocketAddress.AF_INET,
                        SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC,
                        PROTOCOL);
        if (fd < 0) {
            throw new TunIoException(
                    "cannot open a raw socket for ESP",
                    -fd,
                    fd == -Errno.EPERM || fd == -Errno.EACCES ? Capability.NET_RAW.advice() : "");
        }
        try (Arena arena = Arena.ofConfined()) {
            UdpSocket.configureIp(fd, inet6);
            MemorySegment address =
                    SocketAddress.encode(arena, new InetSocketAddress(local, NO_PORT));
            int result = Libc.bind(fd, address, (int) address.byteSize());
            if (result < 0) {
                throw new TunIoException(
                        "cannot bind ESP to " + local.getHostAddress(),
                        -result,
                        result == -Errno.EADDRNOTAVAIL
                                ? "no interface has this address (ip address add it, or correct"
                                        + " the configuration)"
                                : "");
            }
            EspSocket socket = new EspSocket(fd, inet6);
            socket.setDontFragment(false);
            return socket;
        } catch (TunIoException e) {
            Libc.close(fd);
            throw e;
        }
    }

    /** Sends to, and receives from, this peer alone from now on. */
    public void connect(InetAddress peer) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address =
                    SocketAddress.encode(arena, new InetSocketAddress(peer, NO_PORT));
            int result = Libc.connect(fd, address, (int) address.byteSize());
            if (result < 0) {
                throw new TunIoException(
                        "cannot connect ESP to " + peer.getHostAddress(),
                        -result,
                        UdpSocket.connectAdvice(-result, peer));
            }
        }
    }

    /** The descriptor, for a {@link Poller}; -1 after {@link #close}. */
    public int fd() {
        return fd;
    }

    /** {@link UdpSocket#setDontFragment}. */
    public void setDontFragment(boolean on) {
        dontFragment = on;
        UdpSocket.require(discover(on), "IP_MTU_DISCOVER");
    }

    boolean dontFragment() {
        return dontFragment || inet6;
    }

    int discover(boolean dontFragmentNow) {
        return UdpSocket.discover(fd, inet6, dontFragmentNow);
    }

    /** {@link UdpSocket#newErrors}. */
    public SocketErrors newErrors() {
        return UdpSocket.newErrors(this::fd, inet6);
    }

    /** A sender for one thread. */
    public EspSender newSender() {
        return new EspSender(this, inet6);
    }

    /** A receiver for one thread. */
    public EspReceiver newReceiver() {
        return new EspReceiver(this, inet6);
    }

    @Override
    public void close() {
        int open = fd;
        fd = CLOSED;
        if (open != CLOSED) {
            Libc.close(open);
        }
    }
}
