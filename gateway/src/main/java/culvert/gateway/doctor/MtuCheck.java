package culvert.gateway.doctor;

import culvert.config.TunnelConfig;
import java.util.List;
import java.util.Optional;

/** Large packets that are lost on the outside: ping works and TCP stalls. */
final class MtuCheck implements Check {
    @Override
    public String name() {
        return "mtu";
    }

    @Override
    public List<String> needs() {
        return List.of("configuration");
    }

    /** Outer IPv4 header, UDP, ESP header, IV, trailer and ICV. */
    private static final int OVERHEAD_BYTES = 62;

    @Override
    public Result examine(Patient patient) {
        Result drops =
                patient.eachTunnel(
                        "",
                        tunnel -> {
                            long lost = tunnel.number("traffic", "drops", "pathMtu");
                            return lost == 0
                                    ? new Result.Pass("")
                                    : new Result.Fail(
                                            "%s: %d packets were too long for the way to the peer"
                                                    .formatted(tunnel.text("name"), lost),
                                            "raise the MTU of the outside interface to 1500");
                        });
        Result links =
                patient.eachConfigured(
                        "the outside takes every packet of the tunnels",
                        tunnel -> outside(patient, tunnel));
        return drops instanceof Result.Fail ? drops : links;
    }

    private static Result outside(Patient patient, TunnelConfig tunnel) {
        Optional<Kernel.Device> outside =
                patient.peer(tunnel)
                        .flatMap(patient.kernel()::way)
                        .flatMap(way -> patient.kernel().device(way.device()));
        Optional<Kernel.Device> inside = patient.kernel().device(tunnel.interfaceName());
        if (outside.isEmpty() || inside.isEmpty()) {
            return new Result.Unknown(tunnel.name() + ": no way to the peer, or no device");
        }
        int needed = inside.get().mtuBytes() + OVERHEAD_BYTES;
        return outside.get().mtuBytes() >= needed
                ? new Result.Pass("")
                : new Result.Fail(
                        "%s: the outside interface %s has MTU %d, a full packet needs %d"
                                .formatted(
                                        tunnel.name(),
                                        outside.get().name(),
                                        outside.get().mtuBytes(),
                                        needed),
                        "raise the MTU of %s to 1500, or lower the tunnel's: ip link set %s mtu %d"
                                .formatted(
                                        outside.get().name(),
                                        tunnel.interfaceName(),
                                        outside.get().mtuBytes() - OVERHEAD_BYTES));
    }
}
