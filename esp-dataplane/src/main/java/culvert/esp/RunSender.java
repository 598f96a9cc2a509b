package culvert.esp;

import culvert.model.Offload;
import culvert.tunio.Errno;
import java.util.concurrent.locks.LockSupport;

/** Sends runs of datagrams, and knows what to do when the kernel does not take one. */
final class RunSender {
    // A full send buffer empties at line rate: 20 pauses of 50 us, to which the kernel adds 50 us
    // of timer slack, are 2 ms, within which packets wait in the TUN device's queue as they should.
    private static final int MOST_ATTEMPTS = 20;
    private static final long PAUSE_NANOS = 50_000;

    private final DatagramOutput udp;
    private final PathCounters counters;
    private final DataplaneEvents events;

    /** The longest datagrams that are still sent in runs. */
    private int longestSegmentBytes;

    private boolean limited;

    RunSender(
            DatagramOutput udp,
            boolean segmentation,
            PathCounters counters,
            DataplaneEvents events) {
        this.udp = udp;
        this.longestSegmentBytes = segmentation ? DatagramRun.MOST_BYTES : 0;
        this.counters = counters;
        this.events = events;
    }

    /** Sends the run, or counts why not, and clears it. */
    void send(DatagramRun run) {
        if (run.datagrams() > 1 && run.segmentBytes() <= longestSegmentBytes) {
            sendAsOne(run);
        } else {
            sendSingly(run);
        }
        run.clear();
    }

    private void sendAsOne(DatagramRun run) {
        int error = attempt(run, 0, run.end(), run.segmentBytes());
        switch (error) {
            case 0 -> passed(run, 0, run.datagrams());
            case Errno.EIO, Errno.EINVAL -> {
                // EIO: the outgoing device computes no checksums; some drivers say EINVAL.
                longestSegmentBytes = 0;
                events.offloadDisabled(Offload.GSO, Errno.text(error));
                sendSingly(run);
            }
            case Errno.EMSGSIZE -> {
                limitTo(run.segmentBytes() - 1);
                sendSingly(run);
            }
            default -> counters.drop(reason(error), run.datagrams());
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
            events.offloadLimited(
                    Offload.GSO,
                    "datagrams of more than %d octets go alone: %s"
                            .formatted(segmentBytes, Errno.text(Errno.EMSGSIZE)));
        }
    }

    private void sendSingly(DatagramRun run) {
        int offset = 0;
        for (int i = 0; i < run.datagrams(); i++) {
            int lengthBytes = Math.min(run.segmentBytes(), run.end() - offset);
            int error = attempt(run, offset, lengthBytes, 0);
            if (error == 0) {
                passed(run, i, i + 1);
            } else {
                counters.drop(reason(error));
            }
            offset += lengthBytes;
        }
    }

    /** Returns 0 or the errno that remained. */
    private int attempt(DatagramRun run, int offset, int lengthBytes, int segmentBytes) {
        boolean reported = false;
        for (int attempts = 1; ; attempts++) {
            int result =
                    udp.send(run.buffer(), offset, lengthBytes, segmentBytes, run.trafficClass());
            counters.wrote();
            if (result >= 0) {
                return 0;
            }
            switch (-result) {
                case Errno.EAGAIN, Errno.ENOBUFS -> LockSupport.parkNanos(PAUSE_NANOS);
                case Errno.EINTR -> {}
                case Errno.ECONNREFUSED, Errno.EHOSTUNREACH, Errno.ENETUNREACH -> {
                    // An ICMP error about an earlier datagram is told once, in place of a send.
                    if (reported) {
                        return -result;
                    }
                    reported = true;
                }
                default -> {
                    return -result;
                }
            }
            if (attempts == MOST_ATTEMPTS) {
                return -result;
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
