package culvert.tunio;

import java.util.Map;

/**
 * The error numbers of Linux that the packet paths and the control plane meet
 * (asm-generic/errno-base.h, asm-generic/errno.h; the same on x86-64 and aarch64). Packet calls
 * return them negated: {@code if (bytes == -Errno.EAGAIN)}.
 */
public final class Errno {
    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int ESRCH = 3;
    public static final int EINTR = 4;
    public static final int EIO = 5;
    public static final int EBADF = 9;
    public static final int EAGAIN = 11;
    public static final int ENOMEM = 12;
    public static final int EACCES = 13;
    public static final int EBUSY = 16;
    public static final int EEXIST = 17;
    public static final int ENODEV = 19;
    public static final int EINVAL = 22;
    public static final int ERANGE = 34;

    /** The TUN device was deleted while its descriptor stayed open. */
    public static final int EBADFD = 77;

    /** As the answer to a packet: the peer's host knows no such protocol (ICMPv6). */
    public static final int EPROTO = 71;

    public static final int EMSGSIZE = 90;

    /** As the answer to a packet: the peer's host knows no such protocol (ICMP). */
    public static final int ENOPROTOOPT = 92;

    public static final int EOPNOTSUPP = 95;
    public static final int EAFNOSUPPORT = 97;
    public static final int EADDRINUSE = 98;
    public static final int EADDRNOTAVAIL = 99;
    public static final int ENETDOWN = 100;
    public static final int ENETUNREACH = 101;
    public static final int ENOBUFS = 105;
    public static final int ECONNREFUSED = 111;
    public static final int EHOSTUNREACH = 113;

    private static final Map<Integer, String> TEXTS =
            Map.ofEntries(
                    Map.entry(EPERM, "EPERM (operation not permitted)"),
                    Map.entry(ENOENT, "ENOENT (no such file)"),
                    Map.entry(ESRCH, "ESRCH (no such entry)"),
                    Map.entry(EINTR, "EINTR (interrupted)"),
                    Map.entry(EIO, "EIO (input/output error)"),
                    Map.entry(6, "ENXIO (no such device or address)"),
                    Map.entry(EBADF, "EBADF (closed descriptor)"),
                    Map.entry(EAGAIN, "EAGAIN (try again)"),
                    Map.entry(ENOMEM, "ENOMEM (out of memory)"),
                    Map.entry(EACCES, "EACCES (permission denied)"),
                    Map.entry(14, "EFAULT (bad address)"),
                    Map.entry(EBUSY, "EBUSY (in use)"),
                    Map.entry(EEXIST, "EEXIST (already exists)"),
                    Map.entry(ENODEV, "ENODEV (no such device)"),
                    Map.entry(EINVAL, "EINVAL (invalid argument)"),
                    Map.entry(23, "ENFILE (too many open files in the system)"),
                    Map.entry(24, "EMFILE (too many open files)"),
                    Map.entry(25, "ENOTTY (request not known to this device)"),
                    Map.entry(28, "ENOSPC (no space left)"),
                    Map.entry(30, "EROFS (read-only file system)"),
                    Map.entry(32, "EPIPE (broken pipe)"),
                    Map.entry(ERANGE, "ERANGE (out of range)"),
                    Map.entry(38, "ENOSYS (not known to this kernel)"),
                    Map.entry(EPROTO, "EPROTO (protocol error)"),
                    Map.entry(EBADFD, "EBADFD (device deleted)"),
                    Map.entry(EMSGSIZE, "EMSGSIZE (message too long)"),
                    Map.entry(ENOPROTOOPT, "ENOPROTOOPT (protocol or option not known)"),
                    Map.entry(93, "EPROTONOSUPPORT (protocol not supported)"),
                    Map.entry(EOPNOTSUPP, "EOPNOTSUPP (operation not supported)"),
                    Map.entry(EAFNOSUPPORT, "EAFNOSUPPORT (address family not supported)"),
                    Map.entry(EADDRINUSE, "EADDRINUSE (address already in use)"),
                    Map.entry(EADDRNOTAVAIL, "EADDRNOTAVAIL (address not on this machine)"),
                    Map.entry(ENETDOWN, "ENETDOWN (network is down)"),
                    Map.entry(ENETUNREACH, "ENETUNREACH (network is unreachable)"),
                    Map.entry(ENOBUFS, "ENOBUFS (no buffer space)"),
                    Map.entry(110, "ETIMEDOUT (timed out)"),
                    Map.entry(ECONNREFUSED, "ECONNREFUSED (connection refused)"),
                    Map.entry(112, "EHOSTDOWN (host is down)"),
                    Map.entry(EHOSTUNREACH, "EHOSTUNREACH (no route to host)"));

    private Errno() {}

    /** The name and its meaning, such as {@code EADDRINUSE (address already in use)}. */
    public static String text(int errno) {
        return TEXTS.getOrDefault(errno, "errno " + errno);
    }
}
