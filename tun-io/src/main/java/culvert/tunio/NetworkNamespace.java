package culvert.tunio;

import java.lang.foreign.Arena;
import java.nio.file.Path;

/**
 * Moves the calling platform thread between network namespaces. Sockets and devices belong to the
 * namespace in which they were opened, so a thread may enter, open them, and hand them to others.
 * Threads started later inherit it.
 */
public final class NetworkNamespace {
    /** The namespace in which the process was started. */
    public static final Path OF_PROCESS = Path.of("/proc/self/ns/net");

    // asm-generic/fcntl.h, linux/sched.h
    private static final int O_RDONLY = 0;
    private static final int O_CLOEXEC = 0x80000;
    private static final int CLONE_NEWNET = 0x40000000;

    private NetworkNamespace() {}

    /**
     * Enters the namespace of this file, such as {@code /run/netns/NAME} or {@code
     * /proc/PID/ns/net}.
     */
    public static void enter(Path path) {
        requirePlatformThread();
        try (Arena arena = Arena.ofConfined()) {
            int fd = Libc.open(arena.allocateFrom(path.toString()), O_RDONLY | O_CLOEXEC);
            if (fd < 0) {
                throw new TunIoException("cannot open the network namespace " + path, -fd, "");
            }
            int result = Libc.setns(fd, CLONE_NEWNET);
            Libc.close(fd);
            require(result, "enter the network namespace " + path);
        }
    }

    /** Enters a new namespace, which holds nothing but a loopback that is down. */
    public static void enterNew() {
        requirePlatformThread();
        require(Libc.unshare(CLONE_NEWNET), "create a network namespace");
    }

    private static void require(int result, String what) {
        if (result < 0) {
            String advice =
                    switch (-result) {
                        case Errno.EPERM -> Capability.SYS_ADMIN.advice();
                        case Errno.EINVAL -> "the file is not a network namespace";
                        default -> "";
                    };
            throw new TunIoException("cannot " + what, -result, advice);
        }
    }

    /** A virtual thread has no namespace: it would move whatever carrier it is on. */
    private static void requirePlatformThread() {
        if (Thread.currentThread().isVirtual()) {
            throw new IllegalStateException("only a platform thread can change its namespace");
        }
    }
}
