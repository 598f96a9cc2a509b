package culvert.ike;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the peer's additional key exchanges on one IKE SA are to complete: one SA at a time. */
final class Followups {
    private @Nullable FollowupKeAnswer awaited;

    Optional<FollowupKeAnswer> awaited() {
        return Optional.ofNullable(awaited);
    }

    /** In place of what was awaited before. */
    void await(FollowupKeAnswer followup, Turn turn) {
        giveUp(turn);
        awaited = followup;
    }

    /** It is complete. */
    void done() {
        awaited = null;
    }

    void giveUp(Turn turn) {
        FollowupKeAnswer before = awaited;
        awaited = null;
        if (before != null) {
            before.discard(turn);
        }
    }
}
