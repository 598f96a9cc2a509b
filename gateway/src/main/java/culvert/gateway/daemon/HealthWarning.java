package culvert.gateway.daemon;

import culvert.ike.CertificateStatus;
import culvert.ike.IkeCounter;
import culvert.ike.TunnelState;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What is not as it should be, in a fixed number of words for monitoring. {@code culvert doctor}
 * looks at more, and says what to do.
 */
enum HealthWarning {
    CONNECTION_DOWN("critical", HealthWarning::hasConnectionWithoutTunnel),
    TUNNEL_DOWN("warning", now -> now.report().tunnels().stream().anyMatch(t -> isMissing(t))),
    SINGLE_TUNNEL("warning", HealthWarning::hasConnectionWithOneTunnel),
    CERTIFICATE_EXPIRES("warning", HealthWarning::hasCertificateThatEnds),
    CONFIG_RELOAD_FAILED("warning", now -> !now.tallies().lastReloadSucceeded()),
    CONFIG_ON_TRIAL("info", now -> now.report().config().rollbackSeconds().isPresent()),
    KEYS_EXPORTED("critical", now -> now.tallies().keysExported()),
    FAULT("warning", now -> now.ike().get(IkeCounter.INTERNAL_ERRORS) > 0);

    static final Duration CERTIFICATE_NOTICE = Duration.ofDays(14);

    private final String severity;
    private final Predicate<Observation> condition;

    HealthWarning(String severity, Predicate<Observation> condition) {
        this.severity = severity;
        this.condition = condition;
    }

    String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** {@code critical}, {@code warning} or {@code info}, as of the alert rules. */
    String severity() {
        return severity;
    }

    boolean isActive(Observation now) {
        return condition.test(now);
    }

    /** Down without a suspicion is what the operator wanted. */
    private static boolean isMissing(StatusReport.Tunnel tunnel) {
        return tunnel.state() != TunnelState.UP && tunnel.ike().state() != TunnelState.DOWN;
    }

    private static boolean hasConnectionWithoutTunnel(Observation now) {
        return now.report().tunnels().stream()
                .collect(
                        Collectors.groupingBy(
                                StatusReport.Tunnel::connection,
                                Collectors.mapping(
                                        tunnel -> tunnel.state() == TunnelState.UP,
                                        Collectors.reducing(false, Boolean::logicalOr))))
                .containsValue(false);
    }

    private static boolean hasConnectionWithOneTunnel(Observation now) {
        return now.report().tunnels().stream()
                .collect(
                        Collectors.groupingBy(
                                StatusReport.Tunnel::connection, Collectors.counting()))
                .containsValue(1L);
    }

    private static boolean hasCertificateThatEnds(Observation now) {
        long limitSeconds = System.currentTimeMillis() / 1000 + CERTIFICATE_NOTICE.toSeconds();
        return now.report().tunnels().stream()
                .flatMap(tunnel -> tunnel.ike().certificates().stream())
                .mapToLong(CertificateStatus::notAfterUnixSeconds)
                .anyMatch(endSeconds -> endSeconds < limitSeconds);
    }
}
