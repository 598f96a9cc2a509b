package culvert.esp;

import culvert.model.Offload;
import culvert.tunio.Errno;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends runs of datagrams by one socket, and knows what to do when the kernel does not take one.
 */
final class RunSender {
    // A full send buffer empties at line rate: 20 pauses of 50 us, to which the kernel adds 50 us
    // of timer slack, are 2 ms, within which packets wait in the TUN device's queue as they should.
    private static final int MOST_ATTEMPTS = 20;
    private static final long PAUSE_NANOS = 50_000;

    /** How often in a row a send may tell of earlier datagrams in place of sending. */
    static final int MOST_REPORTS = 3;

    private final DatagramOutput output;
    private final Optional<Offload> offload;
    private final PathCounters counters;
    private final Runnable errorReported;
    private final DataplaneEvents events;
    private final boolean runs;

    /** The longest datagrams that are still sent in runs. */
    private int longestSegmentBytes;

    private boolean limited;
    private boolean disabled;

    private RunSender(
            DatagramOutput output,
            Optional<Offload> offload,
            boolean runs,
            PathCounters counters,
            Runnable errorReported,
            DataplaneEvents events) {
        this.output = output;
        this.offload = offload;
        this.longestSegmentBytes = runs ? DatagramRun.MOST_BYTES : 0;
        this.runs = runs;
        this.counters = counters;
        this.errorReported = errorReported;
        this.events = events;
    }

    static RunSender inUdp(
            DatagramOutput udp,
            boolean segmentation,
            PathCounters counters,
            Runnable errorReported,
            DataplaneEvents events) {
        return new RunSender(
                udp, Optional.of(Offload.GSO), segmentation, counters, errorReported, events);
    }

    static RunSender asProtocol50(
            DatagramOutput esp,
            PathCounters counters,
            Runnable errorReported,
            DataplaneEvents events) {
        return new RunSender(esp, Optional.empty(), true, counters, errorReported, events);
    }

    /** Sends the run, or counts why not, and clears it. */
    void send(DatagramRun run) {
        if (run.datagrams() > 1 && run.segmentBytes() <= longestSegmentBytes) {
            sendAsOne(run);
        } else {
            sendSingly(run, 0);
        }
        run.clear();
    }

    private void sendAsOne(DatagramRun run) {
        int first = 0;
        while (first < run.datagrams()) {
            int offset = first * run.segmentBytes();
            int result = attempt(run, offset, run.end() - offset, run.segmentBytes());
            if (result < 0) {
                refused(run, first, -result);
                return;
            }
            // sendmmsg may stop before the end; why, the next call tells.
            int end = first + Math.ceilDiv(result, run.segmentBytes());
            passed(run, first, end);
            first = end;
        }
    }

    private void refused(DatagramRun run, int first, int error) {
        switch (error) {
            case Errno.EIO, Errno.EINVAL -> {
                // EIO: the outgoing device computes no checksums; some drivers say EINVAL.
                longestSegmentBytes = 0;
                disabled = true;
                offload.ifPresent(o -> events.offloadDisabled(o, Errno.text(error)));
                sendSingly(run, first);
            }
            case Errno.EMSGSIZE -> {
                limitTo(run.segmentBytes() - 1);
                sendSingly(run, first);
            }
            default -> counters.drop(reason(error), run.datagrams() - first);
        }
    }

    /**
     * The datagrams exceed the MTU of the route: alone they can still be fragmented, and shorter
     * ones go in runs as before.
     */
    private void limitTo(int segmentBytes) {
        longestSegmentBytes = segmentBytes;
        if (!limited) {
            limited = true;
            offload.ifPresent(
                    o ->
                            events.offloadLimited(
                                    o,
                                    "datagrams of more than %d octets go alone: %s"
                                            .formatted(segmentBytes, Errno.text(Errno.EMSGSIZE))));
        }
    }

    /** The route may have changed with it: what was too long for a run may no longer be. */
    void mtuChanged() {
        longestSegmentBytes = runs && !disabled ? DatagramRun.MOST_BYTES : 0;
    }

    /** Sends a datagram whose loss tells something, so that nothing is counted. */
    void sendProbe(MemorySegment buffer, int lengthBytes) {
        for (int i = 0; i <= MOST_REPORTS; i++) {
            int result = output.sendUnfragmented(buffer, 0, lengthBytes);
            if (result >= 0 || !mayConcernEarlier(-result)) {
                return;
            }
            errorReported.run();
        }
    }

    private void sendSingly(DatagramRun run, int first) {
        for (int i = first; i < run.datagrams(); i++) {
            int offset = i * run.segmentBytes();
            int lengthBytes = Math.min(run.segmentBytes(), run.end() - offset);
            int result = attempt(run, offset, lengthBytes, 0);
            if (result < 0) {
                counters.drop(reason(-result));
            } else {
                passed(run, i, i + 1);
            }
        }
    }

    /** Returns octets sent, or the {@code -errno} that remained. */
    private int attempt(DatagramRun run, int offset, int lengthBytes, int segmentBytes) {
        int reports = 0;
        for (int attempts = 1; ; attempts++) {
            int result =
                    output.send(
                            run.buffer(), offset, lengthBytes, segmentBytes, run.trafficClass());
            counters.wrote();
            if (result >= 0) {
                return result;
            }
            int error = -result;
            if (error == Errno.EAGAIN || error == Errno.ENOBUFS) {
                LockSupport.parkNanos(PAUSE_NANOS);
            } else if (mayConcernEarlier(error) && reports < MOST_REPORTS) {
                reports++;
                errorReported.run();
            } else if (error != Errno.EINTR) {
                return result;
            }
            if (attempts == MOST_ATTEMPTS) {
                return result;
            }
        }
    }

    /**
     * Whether this can be an ICMP error about an earlier datagram, which is told once, in place of
     * a send. ICMP has a dozen of them; a refusal of this datagram is told again.
     */
    static boolean mayConcernEarlier(int error) {
        return switch (error) {
            case Errno.EIO, Errno.EINVAL, Errno.EBADF, Errno.EPERM, Errno.ENOMEM, Errno.EINTR ->
                    false;
            case Errno.EAGAIN, Errno.ENOBUFS -> false;
            default -> error > 0;
        };
    }

    private void passed(DatagramRun run, int from, int to) {
        long bytes = 0;
        for (int i = from; i < to; i++) {
            bytes += run.innerBytes(i);
        }
        counters.passed(to - from, bytes);
    }

    /** What an errno of a send means for the packets in it. */
    static DropReason reason(int errno) {
        return switch (errno) {
            case Errno.EAGAIN, Errno.ENOBUFS -> DropReason.SEND_QUEUE_FULL;
            case Errno.ECONNREFUSED, Errno.EHOSTUNREACH, Errno.ENETUNREACH ->
                    DropReason.PEER_UNREACHABLE;
            case Errno.EMSGSIZE -> DropReason.PATH_MTU;
            default -> DropReason.UDP_SEND;
        };
    }
}
