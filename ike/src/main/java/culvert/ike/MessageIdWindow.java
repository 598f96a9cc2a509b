package culvert.ike;

import culvert.ike.IkeInput.DatagramReceived;
import java.util.Arrays;
import java.util.Optional;
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
    private IkeAction.@Nullable Transmit lastResponse;

    MessageIdWindow(int firstId) {
        nextId = firstId;
    }

    /** Judges before anything is decrypted, so that a repeated request costs no cryptography. */
    Verdict verdict(int messageId, byte[] request) {
        if (messageId == nextId) {
            return Verdict.NEXT;
        }
        if (messageId == nextId - 1 && Arrays.equals(request, lastRequest)) {
            return Verdict.REPEATED;
        }
        return Verdict.OUTSIDE;
    }

    /** Moves the window: the request was answered. */
    void answered(DatagramReceived request, IkeAction.Transmit response) {
        nextId++;
        lastRequest = request.message().clone();
        lastResponse = response;
    }

    /**
     * The last response, to where it went before: a repeated request proves nothing about the
     * address that it came from.
     */
    Optional<IkeAction.Transmit> lastResponse() {
        return Optional.ofNullable(lastResponse);
    }
}
