package culvert.tunio;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Every native call of Culvert's Linux I/O, and nothing else. Numbers and struct layouts are those
 * of 64-bit Linux (x86-64 and aarch64 agree on all that is used here).
 *
 * <p>One convention throughout, the kernel's own: a result below zero is {@code -errno}. Nothing
 * here throws for what the kernel answers.
 *
 * <p>The calls of the packet paths take the caller's {@code callState} segment, which belongs to
 * one thread, and the address of packets as {@code long}: no slice, no arena, nothing allocated per
 * call. The caller keeps that memory reachable.
 */
final class Libc {
    /** Where the linker leaves errno after a call; see {@link #newCallState}. */
    private static final MemoryLayout CALL_STATE = Linker.Option.captureStateLayout();

    private static final long ERRNO_OFFSET =
            CALL_STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));

    private static final ThreadLocal<MemorySegment> CALL_STATE_OF_THREAD =
            ThreadLocal.withInitial(Libc::newCallState);

    private static final int NOT_VARIADIC = -1;

    private static final MethodHandle OPEN =
            handle("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT), 2);
    private static final MethodHandle CLOSE =
            handle("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT), NOT_VARIADIC);
    private static final MethodHandle READ =
            handle(
                    "read",
                    FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG),
                    NOT_VARIADIC);
    private static final MethodHandle WRITE =
            handle(
                    "write",
                    FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG),
                    NOT_VARIADIC);
    private static final MethodHandle IOCTL =
            handle("ioctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG), 2);
    private static final MethodHandle IF_NAMETOINDEX =
            handle("if_nametoindex", FunctionDescriptor.of(JAVA_INT, ADDRESS), NOT_VARIADIC);
    private static final MethodHandle SOCKET =
            handle(
                    "socket",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT),
                    NOT_VARIADIC);
    private static final MethodHandle BIND =
            handle(
                    "bind",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT),
                    NOT_VARIADIC);
    private static final MethodHandle CONNECT =
            handle(
                    "connect",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT),
                    NOT_VARIADIC);
    private static final MethodHandle GETSOCKNAME =
            handle(
                    "getsockname",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS),
                    NOT_VARIADIC);
    private static final MethodHandle SETSOCKOPT =
            handle(
                    "setsockopt",
                    FunctionDescriptor.of(
                            JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT),
                    NOT_VARIADIC);
    private static final MethodHandle GETSOCKOPT =
            handle(
                    "getsockopt",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS),
                    NOT_VARIADIC);
    private static final MethodHandle SENDMSG =
            handle(
                    "sendmsg",
                    FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT),
                    NOT_VARIADIC);
    private static final MethodHandle RECVMSG =
            handle(
                    "recvmsg",
                    FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT),
                    NOT_VARIADIC);
    private static final MethodHandle SENDMMSG =
            handle(
                    "sendmmsg",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
                    NOT_VARIADIC);
    private static final MethodHandle RECVMMSG =
            handle(
                    "recvmmsg",
                    FunctionDescriptor.of(
                            JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_LONG),
                    NOT_VARIADIC);
    private static final MethodHandle PPOLL =
            handle(
                    "ppoll",
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                    NOT_VARIADIC);
    private static final MethodHandle EVENTFD =
            handle("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT), NOT_VARIADIC);
    private static final MethodHandle SETNS =
            handle("setns", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT), NOT_VARIADIC);
    private static final MethodHandle UNSHARE =
            handle("unshare", FunctionDescriptor.of(JAVA_INT, JAVA_INT), NOT_VARIADIC);

    private Libc() {}

    /** Room for errno, to be reused by one thread for as long as it makes calls. */
    static MemorySegment newCallState() {
        return Arena.ofAuto().allocate(CALL_STATE);
    }

    // ---- the packet paths ----

    static int read(MemorySegment callState, int fd, long address, long lengthBytes) {
        try {
            long result = (long) READ.invokeExact(callState, fd, address, lengthBytes);
            return result >= 0 ? (int) result : -callState.get(JAVA_INT, ERRNO_OFFSET);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int write(MemorySegment callState, int fd, long address, long lengthBytes) {
        try {
            long result = (long) WRITE.invokeExact(callState, fd, address, lengthBytes);
            return result >= 0 ? (int) result : -callState.get(JAVA_INT, ERRNO_OFFSET);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int sendmsg(MemorySegment callState, int fd, MemorySegment msghdr, int flags) {
        try {
            long result = (long) SENDMSG.invokeExact(callState, fd, msghdr, flags);
            return result >= 0 ? (int) result : -callState.get(JAVA_INT, ERRNO_OFFSET);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int recvmsg(MemorySegment callState, int fd, MemorySegment msghdr, int flags) {
        try {
            long result = (long) RECVMSG.invokeExact(callState, fd, msghdr, flags);
            return result >= 0 ? (int) result : -callState.get(JAVA_INT, ERRNO_OFFSET);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** How many of the messages were sent, or {@code -errno} of the first. */
    static int sendmmsg(
            MemorySegment callState, int fd, MemorySegment mmsghdrs, int messages, int flags) {
        try {
            int result = (int) SENDMMSG.invokeExact(callState, fd, mmsghdrs, messages, flags);
            return result(result, callState);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** How many messages were received, or {@code -errno}. */
    static int recvmmsg(
            MemorySegment callState, int fd, MemorySegment mmsghdrs, int messages, int flags) {
        try {
            int result = (int) RECVMMSG.invokeExact(callState, fd, mmsghdrs, messages, flags, 0L);
            return result(result, callState);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** {@code timespecAddress} 0 waits without limit. */
    static int ppoll(
            MemorySegment callState, MemorySegment pollfds, long count, long timespecAddress) {
        try {
            int result = (int) PPOLL.invokeExact(callState, pollfds, count, timespecAddress, 0L);
            return result >= 0 ? result : -callState.get(JAVA_INT, ERRNO_OFFSET);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    // ---- set-up and control ----

    static int open(MemorySegment path, int flags) {
        MemorySegment callState = CALL_STATE_OF_THREAD.get();
        try {
            return result((int) OPEN.invokeExact(callState, path, flags), callState);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int close(int fd) {
        MemorySegment callState = CALL_STATE_OF_THREAD.get();
        try {
            return result((int) CLOSE.invokeExact(callState, fd), callState);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int read(int fd, MemorySegment buffer) {
        return read(CALL_STATE_OF_THREAD.get(), fd, buffer.address(), buffer.byteSize());
    }

    static int write(int fd, MemorySegment buffer) {
        return write(CALL_STATE_OF_THREAD.get(), fd, buffer.address(), buffer.byteSize());
    }

    static int sendmsg(int fd, MemorySegment msghdr, int flags) {
        return sendmsg(CALL_STATE_OF_THREAD.get(), fd, msghdr, flags);
    }

    static int recvmsg(int fd, MemorySegment msghdr, int flags) {
        return recvmsg(CALL_STATE_OF_THREAD.get(), fd, msghdr, flags);
    }

    /** {@code argument} is an address or a plain number, as the request wants it. */
    static int ioctl(int fd, long request, long argument) {
        MemorySegment callState = CALL_STATE_OF_THREAD.get();
        try {
            return result((int) IOCTL.invokeExact(callState, fd, request, argument), callState);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** The index, or {@code -errno}. */
    static int ifNameToIndex(MemorySegment name) {
        MemorySegment callState = CALL_STATE_OF_THREAD.get();
        try {
            int index = (int) IF_NAMETOINDEX.invokeExact(callState, name);
            return index > 0 ? index : -callState.get(JAVA_INT, ERRNO_OFFSET);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int socket(int family, int type, int protocol) {
        MemorySegment callState = CALL_STATE_OF_THREAD.get();
        try {
            return result((int) SOCKET.invokeExact(callState, family, type, protocol), callState);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int bind(int fd, MemorySegment address, int lengthBytes) {
        MemorySegment callState = CALL_STATE_OF_THREAD.get();
        try {
            return result((int) BIND.invokeExact(callState, fd, address, lengthBytes), callState);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int connect(int fd, MemorySegment address, int lengthBytes) {
        MemorySegment callState = CALL_STATE_OF_THREAD.get();
        try {
            return result(
                    (int) CONNECT.invokeExact(callState, fd, address, lengthBytes), callState);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int getsockname(int fd, MemorySegment address, MemorySegment lengthBytes) {
        MemorySegment callState = CALL_STATE_OF_THREAD.get();
        try {
            return result(
                    (int) GETSOCKNAME.invokeExact(callState, fd, address, lengthBytes), callState);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int setsockopt(int fd, int level, int option, MemorySegment value, int lengthBytes) {
        MemorySegment callState = CALL_STATE_OF_THREAD.get();
        try {
            return result(
                    (int) SETSOCKOPT.invokeExact(callState, fd, level, option, value, lengthBytes),
                    callState);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int setsockopt(int fd, int level, int option, int value) {
        try (Arena arena = Arena.ofConfined()) {
            return setsockopt(
                    fd, level, option, arena.allocateFrom(JAVA_INT, value), Integer.BYTES);
        }
    }

    /** The option's value, or {@code -errno}: for options whose values are never negative. */
    static int getsockopt(int fd, int level, int option) {
        MemorySegment callState = CALL_STATE_OF_THREAD.get();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(JAVA_INT);
            MemorySegment lengthBytes = arena.allocateFrom(JAVA_INT, Integer.BYTES);
            int result =
                    result(
                            (int)
                                    GETSOCKOPT.invokeExact(
                                            callState, fd, level, option, value, lengthBytes),
                            callState);
            return result < 0 ? result : value.get(JAVA_INT, 0);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int eventfd(int initialValue, int flags) {
        MemorySegment callState = CALL_STATE_OF_THREAD.get();
        try {
            return result((int) EVENTFD.invokeExact(callState, initialValue, flags), callState);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int setns(int fd, int kind) {
        MemorySegment callState = CALL_STATE_OF_THREAD.get();
        try {
            return result((int) SETNS.invokeExact(callState, fd, kind), callState);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int unshare(int flags) {
        MemorySegment callState = CALL_STATE_OF_THREAD.get();
        try {
            return result((int) UNSHARE.invokeExact(callState, flags), callState);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static int result(int result, MemorySegment callState) {
        return result >= 0 ? result : -callState.get(JAVA_INT, ERRNO_OFFSET);
    }

    @SuppressWarnings("restricted") // downcallHandle; the module asks for native access by name
    private static MethodHandle handle(String name, FunctionDescriptor type, int fixedArguments) {
        try {
            Linker linker = Linker.nativeLinker();
            MemorySegment symbol = linker.defaultLookup().findOrThrow(name);
            Linker.Option errno = Linker.Option.captureCallState("errno");
            return fixedArguments == NOT_VARIADIC
                    ? linker.downcallHandle(symbol, type, errno)
                    : linker.downcallHandle(
                            symbol, type, errno, Linker.Option.firstVariadicArg(fixedArguments));
        } catch (IllegalCallerException e) {
            Module module = Libc.class.getModule();
            UnsatisfiedLinkError denied =
                    new UnsatisfiedLinkError(
                            "Java may not make native calls: start it with"
                                    + " --enable-native-access="
                                    + (module.isNamed() ? module.getName() : "ALL-UNNAMED"));
            denied.initCause(e);
            throw denied;
        }
    }

    /** invokeExact declares Throwable; a downcall itself can only fail by our own mistake. */
    private static AssertionError unexpected(Throwable e) {
        return new AssertionError("native call failed in Java", e);
    }
}
