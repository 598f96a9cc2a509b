package culvert.esp;

import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;

/**
 * What ICMP claims of the path's MTU, on its way from the inbound thread to the control thread: the
 * smallest claim that was not taken yet. However many messages come, the control thread is told
 * once, and nothing piles up.
 *
 * <p>Anyone who knows the addresses and ports can forge such a message. A router quotes what it
 * could not forward, so a message that quotes an SPI that we do not send with is forged; old
 * routers quote too little to tell.
 */
final class PathMtuClaims {
    private static final int NON_ESP_MARKER = 0;
    private static final int NO_CLAIM = 0;

    /** Of a router that does not say which MTU it has (RFC 1191 5). */
    static final int UNKNOWN_MTU = 1;

    private final AtomicInteger smallest = new AtomicInteger(NO_CLAIM);
    private final IntPredicate sendsWith;
    private final DataplaneEvents events;

    /**
     * @param sendsWith whether we send with this SPI
     */
    PathMtuClaims(IntPredicate sendsWith, DataplaneEvents events) {
        this.sendsWith = sendsWith;
        this.events = events;
    }

    /** Takes up a claim about a datagram of unknown content. */
    void claim(int mtuBytes) {
        int claimed = Math.max(mtuBytes, UNKNOWN_MTU);
        int before = smallest.getAndUpdate(s -> s == NO_CLAIM ? claimed : Math.min(s, claimed));
        if (before == NO_CLAIM) {
            events.pathMtuClaimed();
        }
    }

    /** Takes up a claim about a datagram that begins with these octets. */
    void claim(int mtuBytes, int quotedHead) {
        if (quotedHead == NON_ESP_MARKER || sendsWith.test(quotedHead)) {
            claim(mtuBytes);
        }
    }

    /** The claim, which is then forgotten. */
    OptionalInt take() {
        int claimed = smallest.getAndSet(NO_CLAIM);
        return claimed == NO_CLAIM ? OptionalInt.empty() : OptionalInt.of(claimed);
    }
}
