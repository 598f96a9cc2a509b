package culvert.gateway.daemon;

import culvert.ike.CertificateStatus;
import culvert.ike.IkeCounter;
import culvert.ike.TunnelState;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What is not as it should be, in a fixed number of words for monitoring. {@code culvert doctor}
 * looks at more, and says what to do.
 */
enum HealthWarning {
    CONNECTION_DOWN("critical"),
    TUNNEL_DOWN("warning"),
    SINGLE_TUNNEL("warning"),
    CERTIFICATE_EXPIRES("warning"),
    CONFIG_RELOAD_FAILED("warning"),
    CONFIG_ON_TRIAL("info"),
    KEYS_EXPORTED("critical"),
    FAULT("warning");

    static final Duration CERTIFICATE_NOTICE = Duration.ofDays(14);

    private final String severity;

    HealthWarning(String severity) {
        this.severity = severity;
    }

    String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** {@code critical}, {@code warning} or {@code info}, as of the alert rules. */
    String severity() {
        return severity;
    }

    boolean isActive(Observation now) {
        return switch (this) {
            case CONNECTION_DOWN -> hasConnectionWithoutTunnel(now);
            case TUNNEL_DOWN -> now.report().tunnels().stream().anyMatch(t -> isMissing(t));
            case SINGLE_TUNNEL -> hasConnectionWithOneTunnel(now);
            case CERTIFICATE_EXPIRES -> hasCertificateThatEnds(now);
            case CONFIG_RELOAD_FAILED -> !now.tallies().lastReloadSucceeded();
            case CONFIG_ON_TRIAL -> now.report().config().rollbackSeconds().isPresent();
            case KEYS_EXPORTED -> now.tallies().keysExported();
            case FAULT -> now.ike().get(IkeCounter.INTERNAL_ERRORS) > 0;
        };
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
