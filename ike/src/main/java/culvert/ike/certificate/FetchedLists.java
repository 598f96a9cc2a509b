package culvert.ike.certificate;

import java.security.cert.X509CRL;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The revocation lists that were fetched, by where from. As many as tunnels need, and no more. */
public final class FetchedLists {
    private final Map<DistributionPoint, X509CRL> lists = new HashMap<>();

    /** None yet. */
    public FetchedLists() {}

    /** In the place of the former one from there. */
    public void put(DistributionPoint point, X509CRL list) {
        lists.put(point, list);
    }

    /** Forgets all others. */
    public void retain(Set<DistributionPoint> needed) {
        lists.keySet().retainAll(needed);
    }

    /** Whether a list from there is at hand, and its authority stands by it today. */
    public boolean isCurrent(DistributionPoint point, long unixSeconds) {
        return of(point).filter(list -> RevocationLists.isCurrent(list, unixSeconds)).isPresent();
    }

    Optional<X509CRL> of(DistributionPoint point) {
        return Optional.ofNullable(lists.get(point));
    }
}
