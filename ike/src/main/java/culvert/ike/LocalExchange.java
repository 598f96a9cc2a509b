package culvert.ike;

import culvert.ike.IkeInput.DatagramReceived;
import culvert.ike.message.ExchangeType;
import culvert.ike.message.IkeMessage;
import culvert.model.Spi;

/**
 * An exchange that this side started and that waits for its response. The window of one allows one
 * of them per IKE SA (RFC 7296 2.3).
 */
sealed interface LocalExchange
        permits IkeSaInit,
                IkeIntermediate,
                IkeAuth,
                FollowedUp,
                FollowupKe,
                LivenessProbe,
                DeleteChildSas,
                DeleteIkeSa {

    int exchangeType();

    /**
     * The response came: authentic, except that nobody authenticates IKE_SA_INIT. The exchange is
     * no longer in flight, so that another may start; only {@link IkeSaInit} may go on waiting.
     */
    void onResponse(IkeSa sa, IkeMessage response, DatagramReceived datagram, Turn turn);

    /** The peer deletes a CHILD SA with this SPI of its own, and we know none. */
    default void peerDeleted(Spi spi) {}

    /** What to say when no response came, however often we asked. */
    default Reason noAnswer(IkeSa sa, int tries) {
        return Reason.of(
                "peer %s no longer answers (%d tries of %s, silent for %d s): it is down or the"
                                .formatted(
                                        sa.peerName(),
                                        tries,
                                        ExchangeType.name(exchangeType()),
                                        sa.tunnel().settings().dpdTimeout().toSeconds())
                        + " path to it is");
    }

    /** The exchange is over, whichever way: wipes what it holds. May be called twice. */
    default void end(Turn turn) {}
}
