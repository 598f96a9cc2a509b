package culvert.gateway.doctor;

import java.util.ArrayList;
import java.util.List;

/** Another IKE daemon would take our packets. */
final class PortsCheck implements Check {
    @Override
    public String name() {
        return "ports";
    }

    @Override
    public Result examine(Patient patient) {
        long ours = patient.daemon().status().number("pid");
        List<Result> results = new ArrayList<>();
        for (int port : new int[] {500, 4500}) {
            for (Kernel.Holder holder : patient.kernel().holdersOfUdp(port)) {
                if (holder.pid() == 0 && patient.daemon().answers()) {
                    results.add(
                            new Result.Unknown(
                                    "UDP %d is held by %s".formatted(port, holder.text())));
                } else if (holder.pid() != ours) {
                    results.add(
                            new Result.Fail(
                                    "UDP %d is held by %s".formatted(port, holder.text()),
                                    "stop the other IKE daemon (systemctl disable --now strongswan"
                                            + " libreswan), then restart culvert"));
                }
            }
        }
        return Result.worst(results, "nobody else holds UDP 500 or 4500");
    }
}
