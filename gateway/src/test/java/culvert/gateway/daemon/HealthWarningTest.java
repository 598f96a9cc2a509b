package culvert.gateway.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import culvert.gateway.metrics.ParsedExposition;
import culvert.gateway.metrics.ProcessMetrics;
import culvert.ike.CertificateStatus;
import culvert.ike.IkeTunnelStatus;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class HealthWarningTest {
    private static final StatusReport.Tunnel UP =
            SampleObservation.tunnel("aws-1", SampleObservation.up(1, 0, 0));
    private static final StatusReport.Tunnel ALSO_UP =
            SampleObservation.tunnel("aws-2", SampleObservation.up(2, 0, 0));
    private static final StatusReport.Tunnel CONNECTING =
            SampleObservation.tunnel("aws-2", SampleObservation.connecting("no answer"));

    private final Tallies tallies = new Tallies();

    private Set<HealthWarning> active(StatusReport.Tunnel... tunnels) {
        Observation now = SampleObservation.of(tallies, tunnels);
        return Arrays.stream(HealthWarning.values())
                .filter(warning -> warning.isActive(now))
                .collect(Collectors.toSet());
    }

    private static StatusReport.Tunnel ends(long inSeconds) {
        IkeTunnelStatus up = SampleObservation.up(1, 0, 0);
        return SampleObservation.tunnel(
                "aws-1",
                SampleObservation.certified(
                        up,
                        new CertificateStatus(
                                CertificateStatus.Whose.PEER,
                                "CN=gw",
                                "CN=Root",
                                System.currentTimeMillis() / 1000 + inSeconds)));
    }

    @Test
    void thereIsNoneWhenAllIsWell() {
        assertEquals(Set.of(), active(UP, ALSO_UP));
        assertEquals(
                Set.of(), active(ends(HealthWarning.CERTIFICATE_NOTICE.toSeconds() + 60), ALSO_UP));
    }

    @Test
    void eachCauseHasItsCode() {
        assertEquals(Set.of(HealthWarning.TUNNEL_DOWN), active(UP, CONNECTING));
        assertEquals(Set.of(HealthWarning.SINGLE_TUNNEL), active(UP));
        assertEquals(
                Set.of(
                        HealthWarning.SINGLE_TUNNEL,
                        HealthWarning.TUNNEL_DOWN,
                        HealthWarning.CONNECTION_DOWN),
                active(CONNECTING));
        assertEquals(
                Set.of(HealthWarning.CERTIFICATE_EXPIRES),
                active(ends(HealthWarning.CERTIFICATE_NOTICE.toSeconds() - 60), ALSO_UP));
        tallies.reloaded(false);
        assertEquals(Set.of(HealthWarning.CONFIG_RELOAD_FAILED), active(UP, ALSO_UP));
        tallies.reloaded(true);
        tallies.keysExported(true);
        assertEquals(Set.of(HealthWarning.KEYS_EXPORTED), active(UP, ALSO_UP));
    }

    @Test
    void everyWarningHasASeriesFromTheStart() {
        ParsedExposition page =
                ParsedExposition.parse(
                        MetricsText.write(
                                SampleObservation.of(tallies, UP, CONNECTING),
                                new ProcessMetrics(),
                                new KernelDrops()));
        for (HealthWarning warning : HealthWarning.values()) {
            assertEquals(
                    warning == HealthWarning.TUNNEL_DOWN ? 1 : 0,
                    page.value(
                            "culvert_health_warning",
                            Map.of("code", warning.code(), "severity", warning.severity())));
        }
    }
}
