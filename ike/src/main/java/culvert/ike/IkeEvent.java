package culvert.ike;

import java.util.Optional;

/**
 * One line of the log.
 *
 * @param text what happened and what to do, a sentence for operators
 * @param peerSaid the peer's own words, such as the name of its notify
 * @param weSaid ours, such as the proposals that we offered
 */
public record IkeEvent(
        String tunnel,
        Severity severity,
        String text,
        Optional<String> peerSaid,
        Optional<String> weSaid) {

    /** How much attention an event needs. */
    public enum Severity {
        /** Part of normal operation. */
        INFO,
        /** The tunnel is not, or may soon not be, what the operator wants. */
        WARNING,
        /** Culvert itself is at fault. */
        ERROR
    }
}
