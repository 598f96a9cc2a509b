package culvert.ike;

import culvert.ike.message.IkeMessage;
import culvert.ike.message.IkeSpi;
import culvert.ike.message.NotifyPayload;
import culvert.ike.message.NotifyType;
import culvert.ike.message.Octets;
import java.net.InetAddress;
import java.util.Optional;

/**
 * Which IKE_SA_INIT requests get a half-open IKE SA. Anyone can write a tunnel's peer as the source
 * of a datagram, so the cheapest test comes first:
 *
 * <pre>
 *   1 above a threshold of half-open SAs: a cookie, which shows that the sender reads what we send
 *   2 the caps on half-open SAs, of all addresses and of one
 *   3 the budget of computations, since a flood may return its cookies
 * </pre>
 */
final class Admission {
    /** The most half-open IKE SAs of all peers together. */
    static final int MAX_HALF_OPEN = 64;

    /** The most of one address: a peer that proves its address pushes out its oldest one. */
    static final int MAX_HALF_OPEN_PER_SOURCE = 6;

    /** From here on a cookie is demanded. */
    static final int COOKIE_HALF_OPEN = 16;

    static final int COOKIE_HALF_OPEN_PER_SOURCE = 3;

    private final Cookie cookie = new Cookie();

    /** The cookie to demand before anything else is done; empty when there is no need of one. */
    Optional<Octets> cookieToDemand(
            IkeMessage request, Octets nonceI, InetAddress source, Turn turn) {
        if (turn.ikeSas().halfOpen() < COOKIE_HALF_OPEN
                && turn.ikeSas().halfOpenFrom(source) < COOKIE_HALF_OPEN_PER_SOURCE) {
            return Optional.empty();
        }
        IkeSpi spiI = request.header().initiatorSpi();
        Optional<NotifyPayload> returned = request.notify(NotifyType.COOKIE);
        if (returned.isPresent()) {
            if (cookie.accepts(returned.get().data(), nonceI, source, spiI, turn)) {
                return Optional.empty();
            }
            turn.count(IkeCounter.DROPPED_BAD_COOKIE);
        }
        turn.count(IkeCounter.COOKIES_DEMANDED);
        return Optional.of(cookie.make(nonceI, source, spiI, turn));
    }

    /** Whether one more IKE SA may begin now; if so, there is room for it afterwards. */
    boolean makeRoom(InetAddress source, Turn turn) {
        IkeSaTable sas = turn.ikeSas();
        boolean pushesOut = sas.halfOpenFrom(source) >= MAX_HALF_OPEN_PER_SOURCE;
        if (!pushesOut && sas.halfOpen() >= MAX_HALF_OPEN) {
            turn.count(IkeCounter.DROPPED_HALF_OPEN_LIMIT);
            return false;
        }
        if (!sas.handshakeBudget().take(source, turn.nowNanos())) {
            turn.count(IkeCounter.DROPPED_HANDSHAKE_BUDGET);
            return false;
        }
        if (pushesOut) {
            sas.oldestHalfOpenFrom(source).ifPresent(oldest -> oldest.discard(turn));
        }
        return true;
    }
}
