package culvert.gateway.doctor;

import java.time.Duration;

/** How long may packets go to a peer that is dead? */
final class DeadPeerCheck implements Check {
    @Override
    public String name() {
        return "dead-peer-detection";
    }

    private static final Duration LONGEST = Duration.ofSeconds(30);

    @Override
    public Result examine(Patient patient) {
        return patient.eachConfigured(
                "probes inside every tunnel, and a dead peer is given up within 30 s",
                tunnel -> {
                    if (tunnel.ike().dpdTimeout().compareTo(LONGEST) > 0) {
                        return new Result.Warn(
                                "%s gives a silent peer up after %d s only"
                                        .formatted(
                                                tunnel.name(),
                                                tunnel.ike().dpdTimeout().toSeconds()),
                                "set liveness.dpd-timeout to 30s or less");
                    }
                    return tunnel.probeInterval().isPresent()
                            ? new Result.Pass("")
                            : new Result.Warn(
                                    tunnel.name() + " sends no probes",
                                    "set liveness.probe-interval (250ms) to notice a silent path"
                                            + " within a second");
                });
    }
}
