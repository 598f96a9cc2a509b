package culvert.esp;

import culvert.model.Offload;
import culvert.tunio.Errno;

/**
 * Receives from one socket. ICMP errors about what was sent before are told in place of a receive,
 * and say nothing of what waits behind them: they are counted, told on, and cost no packet.
 */
final class DatagramReader {
    /** Errors taken off the queue, or told in place of a receive, before packets go on. */
    private static final int MOST_ERRORS = 64;

    private final DatagramInput input;
    private final PathCounters counters;
    private final PathMtuClaims pathMtu;
    private final DataplaneEvents events;
    private boolean receiveOffload;
    private volatile boolean errorPending;

    DatagramReader(
            DatagramInput input,
            DataplaneSettings settings,
            PathCounters counters,
            PathMtuClaims pathMtu,
            DataplaneEvents events) {
        this.input = input;
        this.counters = counters;
        this.pathMtu = pathMtu;
        this.events = events;
        receiveOffload = settings.uses(Offload.GRO);
    }

    /** The error queue has something. From any thread. */
    void errorPending() {
        errorPending = true;
    }

    /** One receive; octets or {@code -errno}. */
    int receive() {
        int receivedBytes = input.receive();
        for (int i = 0; i < MOST_ERRORS && maySucceedNow(receivedBytes); i++) {
            receivedBytes = input.receive();
        }
        if (receivedBytes >= 0) {
            counters.read();
        }
        return receivedBytes;
    }

    /** Sees to an error, if it is one that a receive can be tried again after. */
    private boolean maySucceedNow(int result) {
        return switch (-result) {
            case Errno.EAGAIN, Errno.EBADF -> false;
            // No ICMP error has these numbers, so it is the joining of datagrams that fails.
            case Errno.EIO, Errno.EINVAL -> turnOffReceiveOffload(-result);
            default -> {
                if (result < 0) {
                    takeErrors();
                }
                yield result < 0;
            }
        };
    }

    private boolean turnOffReceiveOffload(int error) {
        if (!receiveOffload) {
            return false;
        }
        receiveOffload = false;
        input.turnOffReceiveOffload();
        events.offloadDisabled(Offload.GRO, Errno.text(error));
        return true;
    }

    /** Empties the error queue when somebody said that it has something. */
    void takePendingErrors() {
        if (errorPending) {
            takeErrors();
        }
    }

    private void takeErrors() {
        errorPending = false;
        for (int i = 0; i < MOST_ERRORS; i++) {
            int error = input.nextError();
            if (error == 0) {
                return;
            }
            counters.icmpError();
            if (error == Errno.ENOPROTOOPT || error == Errno.EPROTO) {
                events.espRefused(Errno.text(error));
            }
            if (error == Errno.EMSGSIZE && input.errorQuotesHead()) {
                pathMtu.claim(input.errorMtuBytes(), input.errorQuotedHead());
            } else if (error == Errno.EMSGSIZE) {
                pathMtu.claim(input.errorMtuBytes());
            }
        }
        errorPending = true;
    }
}
