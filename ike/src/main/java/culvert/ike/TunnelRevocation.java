package culvert.ike;

import culvert.ike.certificate.CertificateProblem;
import culvert.ike.certificate.CertificationPath;
import culvert.ike.certificate.DistributionPoint;
import culvert.ike.certificate.TrustAnchors;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The revocation lists of one tunnel: which it needs when the operator has them fetched, what they
 * say about its peer, and what an attempt failed for want of.
 *
 * <p>Needed are those on the ways from three certificates to a configured authority: our own, which
 * is often of the peer's authority, so that its list is here before the peer is; the peer's; and
 * that of the last proof, which may have been refused.
 */
final class TunnelRevocation {
    private final String tunnel;
    private @Nullable Credentials followed;
    private Set<DistributionPoint> ours = Set.of();
    private Optional<CertificationPath> peer = Optional.empty();
    private Optional<CertificationPath> lastProof = Optional.empty();
    private Set<DistributionPoint> needed = Set.of();
    private Set<DistributionPoint> lacked = Set.of();

    TunnelRevocation(String tunnel) {
        this.tunnel = tunnel;
    }

    /** The tunnel's credentials may be others than before. */
    @SuppressWarnings("ReferenceEquality") // What they hold may be wiped; others are others.
    void follow(Credentials credentials, Turn turn) {
        if (followed == credentials) {
            return;
        }
        followed = credentials;
        switch (credentials) {
            case Credentials.Certificates certificates
                    when certificates.trust().fetchesRevocationLists() -> {
                ours =
                        CertificationPath.ofOurs(certificates.own(), certificates.trust())
                                .map(CertificationPath::distributionPoints)
                                .orElse(Set.of());
                need(turn);
            }
            case Credentials.Certificates certificates -> needNothing(turn);
            case Credentials.PreSharedKey psk -> needNothing(turn);
        }
    }

    /**
     * Refuses a peer whose certificates are revoked, or not known not to be.
     *
     * @param path of the certificate that the peer has just proved to be its own
     */
    void require(CertificationPath path, TrustAnchors trust, Turn turn) throws CertificateProblem {
        lastProof = Optional.of(path);
        lacked = Set.of();
        path.requireUnrevoked(trust, turn.fetchedLists());
        if (trust.fetchesRevocationLists()) {
            need(turn);
            lacked = missing(path.distributionPoints(), turn);
        }
        path.requireCovered(trust, turn.fetchedLists(), turn.unixSeconds());
        lacked = Set.of();
        peer = lastProof;
    }

    /** Why the peer that was believed is not any more; empty when it is, or when there is none. */
    Optional<Reason> revoked(IkeTunnelSettings settings, Turn turn) {
        if (peer.isEmpty()
                || !(settings.credentials() instanceof Credentials.Certificates certificates)) {
            return Optional.empty();
        }
        try {
            peer.get().requireUnrevoked(certificates.trust(), turn.fetchedLists());
            return Optional.empty();
        } catch (CertificateProblem e) {
            // Once: what is left of it is deleted, and the next proof is judged anew.
            peer = Optional.empty();
            return Optional.of(
                    Reason.of(
                            "peer %s: %s, says a revocation list that has just come; %s"
                                    .formatted(settings.peer(), e.what(), e.hint())));
        }
    }

    /** Whether an attempt failed for want of lists, and all of them are here since this moment. */
    boolean lacksNothingNow(Turn turn) {
        boolean lackedSome = !lacked.isEmpty();
        lacked = missing(lacked, turn);
        return lackedSome && lacked.isEmpty();
    }

    private static Set<DistributionPoint> missing(Set<DistributionPoint> points, Turn turn) {
        Set<DistributionPoint> missing = new LinkedHashSet<>(points);
        missing.removeIf(point -> turn.fetchedLists().isCurrent(point, turn.unixSeconds()));
        return missing;
    }

    Set<DistributionPoint> needed() {
        return needed;
    }

    /** The tunnel is not there any more. */
    void forget(Turn turn) {
        peer = Optional.empty();
        needNothing(turn);
    }

    private void needNothing(Turn turn) {
        ours = Set.of();
        lacked = Set.of();
        say(Set.of(), turn);
    }

    private void need(Turn turn) {
        Set<DistributionPoint> all = new LinkedHashSet<>(ours);
        peer.map(CertificationPath::distributionPoints).ifPresent(all::addAll);
        lastProof.map(CertificationPath::distributionPoints).ifPresent(all::addAll);
        say(all, turn);
    }

    private void say(Set<DistributionPoint> points, Turn turn) {
        if (!points.equals(needed)) {
            needed = points;
            turn.emit(new IkeAction.FetchRevocationLists(tunnel, points));
        }
    }
}
