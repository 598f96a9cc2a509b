package culvert.tunio;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Optional;

/**
 * A TUN device: a network interface whose other end is this process. Every read and write carries
 * one packet behind a 10-byte virtio_net_hdr; with segmentation offload the packet may be a
 * superpacket of up to 64 KiB that stands for many.
 *
 * <pre>
 *  struct virtio_net_hdr (linux/virtio_net.h), host byte order
 *  0      1         2        4         6           8            10
 *  +------+---------+--------+---------+-----------+------------+
 *  | flags| gso_type| hdr_len| gso_size| csum_start| csum_offset| IP packet ...
 *  +------+---------+--------+---------+-----------+------------+
 * </pre>
 *
 * One thread may read while another writes; neither call may overlap {@link #close}. The interface
 * disappears with the device.
 */
public final class TunDevice implements AutoCloseable {
    /** sizeof(struct virtio_net_hdr): what precedes every packet. */
    public static final int VNET_HEADER_BYTES = 10;

    private static final String CLONE_DEVICE = "/dev/net/tun";

    // asm-generic/fcntl.h
    private static final int O_RDWR = 2;
    private static final int O_NONBLOCK = 0x800;
    private static final int O_CLOEXEC = 0x80000;

    // linux/if_tun.h
    private static final long TUNSETIFF = 0x400454caL;
    private static final long TUNSETOFFLOAD = 0x400454d0L;
    private static final long TUNSETVNETHDRSZ = 0x400454d8L;
    private static final short IFF_TUN = 0x0001;
    private static final short IFF_NO_PI = 0x1000;
    private static final short IFF_VNET_HDR = 0x4000;
    private static final int TUN_F_CSUM = 0x01;
    private static final int TUN_F_TSO4 = 0x02;
    private static final int TUN_F_TSO6 = 0x04;
    private static final int TUN_F_USO4 = 0x20;
    private static final int TUN_F_USO6 = 0x40;

    /** struct ifreq (linux/if.h): the name, then a union of 24 bytes. */
    private static final int IFREQ_BYTES = 40;

    private static final int CLOSED = -1;

    private final String name;
    private final int interfaceIndex;
    private final boolean tcpSegmentationOffload;
    private final boolean udpSegmentationOffload;
    private final MemorySegment readCallState = Libc.newCallState();
    private final MemorySegment writeCallState = Libc.newCallState();
    private volatile int fd;

    private TunDevice(String name, int interfaceIndex, int fd, int features) {
        this.name = name;
        this.interfaceIndex = interfaceIndex;
        this.fd = fd;
        this.tcpSegmentationOffload = (features & TUN_F_TSO4) != 0;
        this.udpSegmentationOffload = (features & TUN_F_USO4) != 0;
    }

    /** Creates the interface with every offload the kernel has. */
    public static TunDevice open(String name) {
        return open(name, Offloads.ALL);
    }

    /**
     * Creates the interface (down, without addresses) in the calling thread's network namespace.
     *
     * @param wanted the offloads to ask for; the device says which it got
     * @throws TunIoException when the kernel refuses, with what to do
     */
    public static TunDevice open(String name, Offloads wanted) {
        InterfaceName.require(name);
        int fd = openCloneDevice();
        if (fd < 0) {
            throw new TunIoException("cannot open " + CLONE_DEVICE, -fd, advice(-fd));
        }
        try {
            attach(fd, name);
            return new TunDevice(
                    name, InterfaceName.toIndex(name), fd, grantedFeatures(fd, wanted));
        } catch (TunIoException e) {
            Libc.close(fd);
            throw e;
        }
    }

    /** Why no TUN device can be opened here, in a sentence; empty when the clone device opens. */
    public static Optional<String> problem() {
        int fd = openCloneDevice();
        if (fd < 0) {
            return Optional.of(
                    "cannot open " + CLONE_DEVICE + ": " + Errno.text(-fd) + "; " + advice(-fd));
        }
        Libc.close(fd);
        return Optional.empty();
    }

    public String name() {
        return name;
    }

    public int interfaceIndex() {
        return interfaceIndex;
    }

    /** The descriptor, for a {@link Poller}; -1 after {@link #close}. */
    public int fd() {
        return fd;
    }

    /** Whether TCP superpackets may be read and written (TSO4 and TSO6). */
    public boolean tcpSegmentationOffload() {
        return tcpSegmentationOffload;
    }

    /** Whether UDP superpackets may be read and written (USO4 and USO6). */
    public boolean udpSegmentationOffload() {
        return udpSegmentationOffload;
    }

    /**
     * Changes the offloads of a device that is in use: reads bring no superpackets of that kind any
     * more, apart from those that wait already.
     *
     * @return 0 or {@code -errno}
     */
    public int setSegmentation(boolean tcp, boolean udp) {
        int features = features(tcp, udp);
        return Libc.ioctl(fd, TUNSETOFFLOAD, features == 0 ? 0 : TUN_F_CSUM | features);
    }

    /**
     * Reads one packet without waiting. Allocates nothing.
     *
     * @param buffer native memory that stays open during the call
     * @return bytes including the vnet header, or {@code -errno}: EAGAIN when there is none, EBADFD
     *     when the interface was deleted
     */
    public int read(MemorySegment buffer, long offset, int lengthBytes) {
        long address = NativeRange.address(buffer, offset, lengthBytes);
        try {
            return Libc.read(readCallState, fd, address, lengthBytes);
        } finally {
            Reference.reachabilityFence(buffer);
        }
    }

    /**
     * Writes one packet, vnet header first, without waiting. Allocates nothing.
     *
     * @param buffer native memory that stays open during the call
     * @return bytes, or {@code -errno}: EINVAL when the kernel does not accept the headers, EIO
     *     while the interface is down, EBADFD when it was deleted
     */
    public int write(MemorySegment buffer, long offset, int lengthBytes) {
        long address = NativeRange.address(buffer, offset, lengthBytes);
        try {
            return Libc.write(writeCallState, fd, address, lengthBytes);
        } finally {
            Reference.reachabilityFence(buffer);
        }
    }

    /** Deletes the interface. */
    @Override
    public void close() {
        int open = fd;
        fd = CLOSED;
        if (open != CLOSED) {
            Libc.close(open);
        }
    }

    private static int openCloneDevice() {
        try (Arena arena = Arena.ofConfined()) {
            return Libc.open(arena.allocateFrom(CLONE_DEVICE), O_RDWR | O_NONBLOCK | O_CLOEXEC);
        }
    }

    private static void attach(int fd, String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ifreq = arena.allocate(IFREQ_BYTES, Long.BYTES);
            ifreq.setString(0, name);
            ifreq.set(
                    JAVA_SHORT,
                    InterfaceName.SIZE_BYTES,
                    (short) (IFF_TUN | IFF_NO_PI | IFF_VNET_HDR));
            int result = Libc.ioctl(fd, TUNSETIFF, ifreq.address());
            if (result < 0) {
                throw new TunIoException(
                        "cannot create the TUN device " + name,
                        -result,
                        attachAdvice(-result, name));
            }
            MemorySegment headerBytes = arena.allocateFrom(JAVA_INT, VNET_HEADER_BYTES);
            result = Libc.ioctl(fd, TUNSETVNETHDRSZ, headerBytes.address());
            if (result < 0) {
                throw new TunIoException(
                        "cannot set the header size of the TUN device " + name, -result, "");
            }
        }
    }

    private static String attachAdvice(int errno, String name) {
        return switch (errno) {
            case Errno.EPERM -> Capability.NET_ADMIN.advice();
            case Errno.EBUSY ->
                    ProcessSearch.holderOfTun(name)
                            .map(process -> "it is held by " + process.text() + ": stop that first")
                            .orElse("another process holds it");
            case Errno.EINVAL ->
                    "an interface of this name exists and is of another kind:"
                            + " choose another name, or delete it";
            default -> "";
        };
    }

    /** Asks for all that is wanted, then for less until the kernel agrees. */
    private static int grantedFeatures(int fd, Offloads wanted) {
        int[] steps = {
            features(wanted.tunTcp(), wanted.tunUdp()), features(wanted.tunTcp(), false)
        };
        for (int step : steps) {
            // Segmentation leaves the checksum to us, so TUN_F_CSUM comes with it.
            if (step != 0 && Libc.ioctl(fd, TUNSETOFFLOAD, TUN_F_CSUM | step) >= 0) {
                return step;
            }
        }
        Libc.ioctl(fd, TUNSETOFFLOAD, 0);
        return 0;
    }

    private static int features(boolean tcp, boolean udp) {
        return (tcp ? TUN_F_TSO4 | TUN_F_TSO6 : 0) | (udp ? TUN_F_USO4 | TUN_F_USO6 : 0);
    }

    private static String advice(int errno) {
        return switch (errno) {
            case Errno.ENOENT ->
                    "load the module (modprobe tun), or give the container the device"
                            + " (--device=/dev/net/tun)";
            case Errno.ENODEV -> "the kernel has no TUN driver loaded (modprobe tun)";
            case Errno.EACCES, Errno.EPERM ->
                    "run as root or a user who may open it, and let the service use it"
                            + " (systemd: DeviceAllow=/dev/net/tun rw; container:"
                            + " --device=/dev/net/tun)";
            default -> "";
        };
    }
}
