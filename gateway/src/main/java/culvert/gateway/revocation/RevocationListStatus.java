package culvert.gateway.revocation;

import culvert.ike.certificate.DistributionPoint;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How a fetched revocation list stands. Times are Unix time in seconds.
 *
 * @param fetchedUnixSeconds when the one that is used came last; empty while there is none
 * @param nextUpdateUnixSeconds until when that one holds
 * @param nextFetchUnixSeconds when it is asked for again; empty while an answer is awaited
 * @param failures attempts in a row that came to nothing
 * @param failure why the last of them did, and what to do
 */
public record RevocationListStatus(
        DistributionPoint point,
        OptionalLong fetchedUnixSeconds,
        OptionalLong nextUpdateUnixSeconds,
        OptionalLong nextFetchUnixSeconds,
        int failures,
        Optional<String> failure) {}
