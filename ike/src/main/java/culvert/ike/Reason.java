package culvert.ike;

import culvert.ike.message.NotifyPayload;
import culvert.ike.message.NotifyType;
import java.util.Optional;

/**
 * Why something did not work, for people.
 *
 * @param text a sentence: what happened, and what to do
 * @param peerSaid the peer's words
 * @param weSaid our words
 */
record Reason(String text, Optional<String> peerSaid, Optional<String> weSaid) {
    private static final int MAX_WORDS = 300;

    static Reason of(String text) {
        return new Reason(text, Optional.empty(), Optional.empty());
    }

    Reason peerSaid(NotifyPayload notify) {
        return peerSaid(NotifyType.name(notify.notifyType()));
    }

    /** A peer may talk much; what is said is cut. */
    Reason peerSaid(String words) {
        String cut = words.length() <= MAX_WORDS ? words : words.substring(0, MAX_WORDS) + "...";
        return new Reason(text, Optional.of(cut), weSaid);
    }

    Reason weSaid(Object words) {
        return new Reason(text, peerSaid, Optional.of(words.toString()));
    }

    /** The sentence, with the peer's words and ours behind it where it does not quote them. */
    String inFull() {
        return text
                + peerSaid.filter(words -> !text.contains(words))
                        .map(words -> "; the peer said " + words)
                        .orElse("")
                + weSaid.map(words -> "; we said " + words).orElse("");
    }
}
