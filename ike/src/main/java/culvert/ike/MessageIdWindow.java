package culvert.ike;

import culvert.ike.IkeInput.DatagramReceived;
import culvert.ike.message.Reassembly;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which request of the peer comes next, and our response to the one before (RFC 7296 2.1 to 2.3).
 *
 * <p>The window is one: the peer has at most one request outstanding, so that at most one response
 * must be kept.
 */
final class MessageIdWindow {
    enum Verdict {
        /** A request that was not seen before. */
        NEXT,
        /** The last request once more, octet for octet: the answer is in the cache. */
        REPEATED,
        /** Neither. */
        OUTSIDE
    }

    private int nextId;
    private byte @Nullable [] lastRequest;
    private List<IkeAction.Transmit> lastResponse = List.of();

    MessageIdWindow(int firstId) {
        nextId = firstId;
    }

    /** Judges before anything is decrypted, so that a repeated request costs no cryptography. */
    Verdict verdict(int messageId, byte[] request) {
        if (messageId == nextId) {
            return Verdict.NEXT;
        }
        byte[] last = lastRequest;
        if (messageId != nextId - 1 || last == null) {
            return Verdict.OUTSIDE;
        }
        // RFC 7383 2.6.1: of a fragmented request only the first fragment is answered again; the
        // peer may have cut it anew.
        boolean repeated =
                Reassembly.isFragment(last)
                        ? Reassembly.isFirstFragment(request)
                        : Arrays.equals(request, last);
        return repeated ? Verdict.REPEATED : Verdict.OUTSIDE;
    }

    /** Moves the window: the request was answered. */
    void answered(DatagramReceived request, List<IkeAction.Transmit> response) {
        nextId++;
        lastRequest = request.message().clone();
        lastResponse = response;
    }

    /**
     * The last response, to where it went before: a repeated request proves nothing about the
     * address that it came from.
     */
    List<IkeAction.Transmit> lastResponse() {
        return lastResponse;
    }
}
