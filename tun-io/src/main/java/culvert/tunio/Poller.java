package culvert.tunio;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Lets one thread wait until one of a few descriptors is readable, a time has passed, or another
 * thread wakes it. A wake that comes while nobody waits ends the next wait at once. Close it before
 * the descriptors it watches, and after its thread stopped waiting.
 *
 * <pre>
 *  struct pollfd (asm-generic/poll.h)   struct timespec
 *  0 fd      int                        0 seconds     s64
 *  4 events  short                      8 nanoseconds s64
 *  6 revents short
 * </pre>
 */
public final class Poller implements AutoCloseable {
    private static final short POLLIN = 1;
    private static final short POLLERR = 8;

    // linux/eventfd.h
    private static final int EFD_NONBLOCK = 0x800;
    private static final int EFD_CLOEXEC = 0x80000;

    private static final int TIMESPEC = 0;
    private static final int COUNTER = 16;
    private static final int WAKER = 24;
    private static final int WATCHED = 32;
    private static final int POLLFD_BYTES = 8;
    private static final int EVENTS = 4;
    private static final int REVENTS = 6;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private static final MemorySegment ONE = Arena.global().allocateFrom(JAVA_LONG, 1L);

    private static final int CLOSED = -1;

    private final MemorySegment callState = Libc.newCallState();
    private final MemorySegment memory;
    private final MemorySegment pollfds;
    private final int watched;
    private volatile int eventfd;

    /** Watches the descriptors, which stay the caller's. */
    public Poller(int... fds) {
        int result = Libc.eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
        if (result < 0) {
            throw new TunIoException("cannot create an eventfd", -result, "");
        }
        eventfd = result;
        watched = fds.length;
        memory = Arena.ofAuto().allocate(WATCHED + (long) watched * POLLFD_BYTES, Long.BYTES);
        pollfds = memory.asSlice(WAKER);
        watch(WAKER, eventfd);
        for (int i = 0; i < watched; i++) {
            watch(WATCHED + i * POLLFD_BYTES, fds[i]);
        }
    }

    private void watch(int at, int fd) {
        memory.set(JAVA_INT, at, fd);
        memory.set(JAVA_SHORT, at + EVENTS, POLLIN);
    }

    /**
     * Waits. Allocates nothing.
     *
     * @param timeoutNanos 0 only looks; below zero waits without limit
     * @return whether a read of a descriptor would tell something: data, or an error
     */
    public boolean await(long timeoutNanos) {
        long timespec = 0;
        if (timeoutNanos >= 0) {
            memory.set(JAVA_LONG, TIMESPEC, timeoutNanos / NANOS_PER_SECOND);
            memory.set(JAVA_LONG, TIMESPEC + 8, timeoutNanos % NANOS_PER_SECOND);
            timespec = memory.address() + TIMESPEC;
        }
        int ready = Libc.ppoll(callState, pollfds, watched + 1, timespec);
        if (ready <= 0) {
            for (int i = 0; i < watched; i++) {
                memory.set(JAVA_SHORT, WATCHED + (long) i * POLLFD_BYTES + REVENTS, (short) 0);
            }
            // Time is up, or EINTR: the caller looks at its clock in either case.
            return false;
        }
        boolean woken = memory.get(JAVA_SHORT, WAKER + REVENTS) != 0;
        if (woken) {
            Libc.read(callState, eventfd, memory.address() + COUNTER, Long.BYTES);
        }
        return ready > (woken ? 1 : 0);
    }

    /**
     * Whether the last wait ended with an error on a descriptor: one to read, or its error queue.
     */
    public boolean sawError() {
        int all = 0;
        for (int i = 0; i < watched; i++) {
            all |= memory.get(JAVA_SHORT, WATCHED + (long) i * POLLFD_BYTES + REVENTS);
        }
        return (all & POLLERR) != 0;
    }

    /** Ends the current wait, or the next one. From any thread. */
    public void wake() {
        // EAGAIN would mean 2^64 - 2 wakes are pending already.
        Libc.write(eventfd, ONE);
    }

    @Override
    public void close() {
        int open = eventfd;
        eventfd = CLOSED;
        if (open != CLOSED) {
            Libc.close(open);
        }
    }
}
