package culvert.ike;

import culvert.ike.message.NotifyPayload;
import culvert.model.Secret;

/** A CREATE_CHILD_SA of ours whose SA waits for additional key exchanges ({@link FollowupKe}). */
sealed interface FollowedUp extends LocalExchange permits CreateChildSa, RekeyChildSa, RekeyIkeSa {
    /**
     * All of them are through.
     *
     * @param additional SK(1) | SK(2) | ...; owned by this from here on
     */
    void followedUp(IkeSa sa, Secret additional, Turn turn);

    /** The peer gave up; {@link #discard} came before. */
    void notFollowedUp(IkeSa sa, NotifyPayload error, Turn turn);

    /** Nothing is to come of the SA; may be called after its end. */
    void discard(Turn turn);
}
