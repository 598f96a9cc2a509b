package culvert.ike.certificate;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A way from a certificate up to a trust anchor (RFC 5280 6), over certificates that come in any
 * order, may have nothing to do with it, and may have issued each other.
 *
 * @param certificates the end entity's first; the anchor is not among them
 */
public record CertificationPath(List<X509Certificate> certificates, X509Certificate anchor) {
    public CertificationPath {
        certificates = List.copyOf(certificates);
    }

    /** From our own certificate to what we trust, when there is one. */
    public static Optional<CertificationPath> ofOurs(OwnCertificate own, TrustAnchors trust) {
        try {
            return Optional.of(
                    find(own.certificate(), own.chain().subList(1, own.chain().size()), trust));
        } catch (CertificateProblem elsewhere) {
            return Optional.empty();
        }
    }

    /** Who issued the certificate at this place. */
    X509Certificate issuer(int index) {
        return index + 1 < certificates.size() ? certificates.get(index + 1) : anchor;
    }

    /** Where the lists are to be had that cover its certificates. */
    public Set<DistributionPoint> distributionPoints() {
        Set<DistributionPoint> points = new LinkedHashSet<>();
        for (int i = 0; i < certificates.size(); i++) {
            DistributionPoint.of(certificates.get(i), issuer(i)).ifPresent(points::add);
        }
        return points;
    }

    /** Refuses it when one of its certificates is named by a list, however old. */
    public void requireUnrevoked(TrustAnchors trust, FetchedLists fetched)
            throws CertificateProblem {
        RevocationLists.requireUnrevoked(this, trust, fetched);
    }

    /** Refuses it when the operator wants current lists for all its certificates, and one lacks. */
    public void requireCovered(TrustAnchors trust, FetchedLists fetched, long unixSeconds)
            throws CertificateProblem {
        RevocationLists.requireCovered(this, trust, fetched, unixSeconds);
    }

    static CertificationPath find(
            X509Certificate leaf, List<X509Certificate> others, TrustAnchors trust)
            throws CertificateProblem {
        Search search = new Search(others, trust.authorities());
        Optional<CertificationPath> found = search.from(List.of(leaf));
        if (found.isPresent()) {
            return found.get();
        }
        throw search.failure(leaf);
    }

    /** Depth first, each certificate once, with a bound on the signatures that are verified. */
    private static final class Search {
        private static final int MOST_SIGNATURES = 16;

        private final List<X509Certificate> others;
        private final List<X509Certificate> anchors;
        private int signatures;
        private @Nullable X509Certificate badlySigned;
        private List<X509Certificate> longest = List.of();

        Search(List<X509Certificate> others, List<X509Certificate> anchors) {
            this.others = others;
            this.anchors = anchors;
        }

        Optional<CertificationPath> from(List<X509Certificate> path) {
            if (path.size() > longest.size()) {
                longest = path;
            }
            X509Certificate last = path.getLast();
            for (X509Certificate anchor : anchors) {
                if (issued(anchor, last)) {
                    return Optional.of(new CertificationPath(path, anchor));
                }
            }
            for (X509Certificate issuer : others) {
                // Once each: what goes in circles ends.
                if (!path.contains(issuer) && issued(issuer, last)) {
                    List<X509Certificate> longer = new ArrayList<>(path);
                    longer.add(issuer);
                    Optional<CertificationPath> found = from(longer);
                    if (found.isPresent()) {
                        return found;
                    }
                }
            }
            return Optional.empty();
        }

        private boolean issued(X509Certificate issuer, X509Certificate certificate) {
            if (!issuer.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())
                    || ++signatures > MOST_SIGNATURES) {
                return false;
            }
            try {
                certificate.verify(issuer.getPublicKey());
                return true;
            } catch (GeneralSecurityException | RuntimeException e) {
                badlySigned = certificate;
                return false;
            }
        }

        CertificateProblem failure(X509Certificate leaf) {
            if (signatures > MOST_SIGNATURES) {
                return new CertificateProblem(
                        "its certificates fit together in too many ways",
                        "let the peer send its own certificate and the intermediate ones only");
            }
            X509Certificate forged = badlySigned;
            if (forged != null) {
                return new CertificateProblem(
                        "the signature on %s is not that of the %s that we know"
                                .formatted(
                                        CertificateText.subject(forged),
                                        CertificateText.name(forged.getIssuerX500Principal())),
                        "compare the peer's authority with certificate-authorities");
            }
            String issuer = CertificateText.name(longest.getLast().getIssuerX500Principal());
            return new CertificateProblem(
                    longest.size() == 1
                            ? "nobody whom we trust issued the certificate of "
                                    + CertificateText.subject(leaf)
                            : "its certificates lead to %s, whom we do not trust".formatted(issuer),
                    "add the certificate of %s to certificate-authorities, or let the peer send its"
                                    .formatted(issuer)
                            + " intermediate certificates");
        }
    }
}
