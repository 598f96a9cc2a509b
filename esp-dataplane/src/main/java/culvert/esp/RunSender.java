package culvert.esp;

import culvert.tunio.Errno;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends runs of datagrams by one socket, and knows what to do when the kernel does not take one.
 */
final class RunSender {
    // A full send buffer empties at line rate: 20 pauses of 50 us, to which the kernel adds 50 us
    // of timer slack, are 2 ms, within which packets wait in the TUN device's queue as they should.
    private static final int MOST_ATTEMPTS = 20;
    private static final long PAUSE_NANOS = 50_000;

    private final DatagramOutput output;
    private final String offload;
    private final PathCounters counters;
    private final DataplaneEvents events;
    private boolean runs;

    private RunSender(
            DatagramOutput output,
            String offload,
            boolean runs,
            PathCounters counters,
            DataplaneEvents events) {
        this.output = output;
        this.offload = offload;
        this.runs = runs;
        this.counters = counters;
        this.events = events;
    }

    static RunSender inUdp(
            DatagramOutput udp,
            boolean segmentation,
            PathCounters counters,
            DataplaneEvents events) {
        return new RunSender(udp, "UDP GSO", segmentation, counters, events);
    }

    static RunSender asProtocol50(
            DatagramOutput esp, PathCounters counters, DataplaneEvents events) {
        return new RunSender(esp, "sendmmsg", true, counters, events);
    }

    /** Sends the run, or counts why not, and clears it. */
    void send(DatagramRun run) {
        if (run.datagrams() > 1 && runs) {
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
                runs = false;
                events.offloadDisabled(offload, Errno.text(error));
                sendSingly(run, first);
            }
            // A datagram exceeds the route's MTU: alone it can still be fragmented.
            case Errno.EMSGSIZE -> sendSingly(run, first);
            default -> counters.drop(reason(error), run.datagrams() - first);
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
        boolean reported = false;
        for (int attempts = 1; ; attempts++) {
            int result =
                    output.send(
                            run.buffer(), offset, lengthBytes, segmentBytes, run.trafficClass());
            counters.wrote();
            if (result >= 0) {
                return result;
            }
            switch (-result) {
                case Errno.EAGAIN, Errno.ENOBUFS -> LockSupport.parkNanos(PAUSE_NANOS);
                case Errno.EINTR -> {}
                case Errno.ECONNREFUSED, Errno.EHOSTUNREACH, Errno.ENETUNREACH -> {
                    // An ICMP error about an earlier datagram is told once, in place of a send.
                    if (reported) {
                        return result;
                    }
                    reported = true;
                }
                default -> {
                    return result;
                }
            }
            if (attempts == MOST_ATTEMPTS) {
                return result;
            }
        }
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
