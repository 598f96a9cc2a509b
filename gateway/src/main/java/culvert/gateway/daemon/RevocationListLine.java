package culvert.gateway.daemon;

import culvert.gateway.log.CleanText;
import culvert.gateway.revocation.RevocationListStatus;
import culvert.ike.certificate.CertificateText;

/** A fetched revocation list in words, and what keeps it from being renewed. */
final class RevocationListLine {
    private RevocationListLine() {}

    static String of(RevocationListStatus list, long unixSeconds) {
        StringBuilder line =
                new StringBuilder("of ")
                        .append(CleanText.of(CertificateText.subject(list.point().issuer())))
                        .append(" from ")
                        .append(list.point().location());
        if (list.fetchedUnixSeconds().isPresent()) {
            long end = list.nextUpdateUnixSeconds().orElseThrow();
            line.append(", fetched ")
                    .append(StatusText.age(unixSeconds - list.fetchedUnixSeconds().getAsLong()))
                    .append(" ago, until ")
                    .append(CertificateText.date(end))
                    .append(end < unixSeconds ? " - OUTDATED" : "");
        } else {
            line.append(", NOT FETCHED YET");
        }
        list.failure()
                .ifPresent(
                        why ->
                                line.append(" - ")
                                        .append(list.failures())
                                        .append(list.failures() == 1 ? " attempt" : " attempts")
                                        .append(" failed: ")
                                        .append(CleanText.of(why)));
        return line.append(
                        list.nextFetchUnixSeconds().isPresent()
                                ? " (next attempt in %s)"
                                        .formatted(
                                                StatusText.age(
                                                        Math.max(
                                                                0,
                                                                list.nextFetchUnixSeconds()
                                                                                .getAsLong()
                                                                        - unixSeconds)))
                                : " (being asked for)")
                .toString();
    }
}
