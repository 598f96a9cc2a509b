package culvert.config;

import culvert.bgp.rib.PrefixRule;
import culvert.ike.certificate.CertificateText;
import culvert.ike.certificate.TrustAnchors;
import culvert.model.Secret;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** Values of the configuration in words. */
final class ReloadText {
    private ReloadText() {}

    /** Old and new; of a secret only that it is another. */
    static String change(Object before, Object after) {
        if (before instanceof Secret || after instanceof Secret) {
            return "the secret is another";
        }
        if (before instanceof PublicKey && after instanceof PublicKey) {
            return "the key is another";
        }
        String was = of(before);
        String is = of(after);
        return was.equals(is) ? is + " otherwise than before" : was + " -> " + is;
    }

    static String of(Object value) {
        return switch (value) {
            case Optional<?> optional -> optional.isPresent() ? of(optional.get()) : "none";
            case OptionalLong optional ->
                    optional.isPresent() ? Long.toString(optional.getAsLong()) : "none";
            case Duration duration -> of(duration);
            case InetSocketAddress socket -> of(socket.getAddress()) + ":" + socket.getPort();
            case InetAddress address -> address.getHostAddress();
            case PrefixRule rule -> PrefixRules.text(rule);
            case NeighborConfig neighbor -> neighbor.name();
            case X509Certificate certificate -> CertificateText.of(certificate);
            case PublicKey key -> key.getAlgorithm() + " key";
            case TrustAnchors trust -> of(trust);
            case Enum<?> choice -> choice.name().toLowerCase(Locale.ROOT);
            case List<?> list ->
                    list.stream().map(ReloadText::of).collect(Collectors.joining(", ", "[", "]"));
            default -> value.toString();
        };
    }

    private static String of(TrustAnchors trust) {
        return "%s, %d revocation lists%s, %s revocation"
                .formatted(
                        of(trust.authorities()),
                        trust.revocationLists().size(),
                        trust.fetchesRevocationLists() ? " and fetched ones" : "",
                        of(trust.revocation()));
    }

    private static String of(Duration duration) {
        long millis = duration.toMillis();
        if (millis % 1000 != 0) {
            return millis + "ms";
        }
        long seconds = duration.toSeconds();
        if (seconds % 3600 == 0 && seconds > 0) {
            return seconds / 3600 + "h";
        }
        return seconds % 60 == 0 && seconds > 0 ? seconds / 60 + "m" : seconds + "s";
    }
}
