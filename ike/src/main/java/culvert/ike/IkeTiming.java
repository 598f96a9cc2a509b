package culvert.ike;

import java.time.Duration;

/** How long IKE waits for things. None of these is the RFC's; it leaves them to implementations. */
final class IkeTiming {
    /** From the first IKE_SA_INIT to an established IKE SA. */
    static final long ATTEMPT_NANOS = seconds(30);

    /** The same, once the peer has refused in words that nobody authenticated (RFC 7296 2.21.1). */
    static final long REFUSED_ATTEMPT_NANOS = seconds(3);

    /** How long a responder keeps an IKE SA that only an IKE_SA_INIT asked for. */
    static final long HALF_OPEN_NANOS = seconds(30);

    /** The least that a request on an established IKE SA gets, when liveness allows. */
    static final long REQUEST_NANOS = seconds(30);

    /** How long a DELETE of the IKE SA may go unanswered. */
    static final long DELETE_NANOS = seconds(5);

    /** How long after our DELETE the refusal of a rekey that crossed it waits for its answer. */
    static final long HOLD_REFUSAL_NANOS = seconds(3);

    /** How long inbound packets of a deleted CHILD SA may still be under way. */
    static final long OLD_INBOUND_NANOS = seconds(5);

    /** How long a responder waits for the DELETE of what the peer has rekeyed. */
    static final long UNDELETED_NANOS = seconds(30);

    /** How long a responder leaves a superseded IKE SA to the peer's own DELETE. */
    static final long SUPERSEDED_NANOS = seconds(5);

    /** How long after such a DELETE of ours further ones are borne with, if the peer uses them. */
    static final long TOLERANCE_NANOS = seconds(600);

    /** How long an IKE SA may live without a CHILD SA. */
    static final long CHILDLESS_NANOS = seconds(30);

    /** How long a deletion may take, what is in flight before it included. */
    static final long DELETING_NANOS = seconds(10);

    /** Between two lookups of a peer's name while nothing carries its tunnel. */
    static final long ASK_NAME_NANOS = seconds(15);

    /** The same while an IKE SA stands: a peer that moves may begin at its new address. */
    static final long WATCH_NAME_NANOS = seconds(60);

    /** What the resolver said so lately need not be asked again. */
    static final long FRESH_NAME_NANOS = seconds(2);

    /** How long the last response of a closed IKE SA is kept for a peer that did not get it. */
    static final long CACHED_RESPONSE_NANOS = seconds(30);

    /** A rekey that the peer put off is tried again between these two (RFC 7296 2.25). */
    static final long RETRY_REKEY_MIN_NANOS = seconds(2);

    static final long RETRY_REKEY_MAX_NANOS = seconds(6);

    /** A rekey that the peer refused for a reason is tried again between these two. */
    static final long REFUSED_REKEY_MIN_NANOS = seconds(20);

    static final long REFUSED_REKEY_MAX_NANOS = seconds(40);

    /** The pause after a fault of our own. */
    static final long AFTER_FAULT_NANOS = seconds(30);

    /** How long fragments wait for the rest: the longest pause of a retransmission, and more. */
    static final long REASSEMBLY_NANOS = seconds(30);

    /** A call that comes so late says that we were starved or suspended. */
    static final long OVERSLEPT_NANOS = seconds(2);

    /** How long we then still wait for what should have come long ago. */
    static final long OVERSLEPT_GRACE_NANOS = seconds(5);

    /** The same line is logged again after this long. */
    static final long REPEATED_EVENT_NANOS = seconds(60);

    private IkeTiming() {}

    static long seconds(long seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }

    static long wholeSeconds(long nanos) {
        return Duration.ofNanos(nanos).toSeconds();
    }

    /** When to repeat what the peer could not do just now; random, so that both ends part. */
    static long retryNanos(Turn turn) {
        return turn.between(RETRY_REKEY_MIN_NANOS, RETRY_REKEY_MAX_NANOS);
    }

    /** When to repeat what the peer refuses. */
    static long retryRefusedNanos(Turn turn) {
        return turn.between(REFUSED_REKEY_MIN_NANOS, REFUSED_REKEY_MAX_NANOS);
    }

    /**
     * When to rekey: 80 to 85 % of the lifetime, so that two ends rarely choose the same moment and
     * the customer gateway leads AWS, which starts near 85 %.
     */
    static long rekeyNanos(Duration lifetime, Turn turn) {
        return turn.between(lifetime.toNanos() / 100 * 80, lifetime.toNanos() / 100 * 85);
    }
}
