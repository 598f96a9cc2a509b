package culvert.gateway.doctor;

import java.util.OptionalLong;

/** Without forwarding this machine alone reaches the tunnels. */
final class ForwardingCheck implements Check {
    @Override
    public String name() {
        return "forwarding";
    }

    @Override
    public Result examine(Patient patient) {
        OptionalLong forward = patient.machine().number("proc/sys/net/ipv4/ip_forward");
        if (forward.isEmpty()) {
            return new Result.Unknown("cannot read /proc/sys/net/ipv4/ip_forward");
        }
        return forward.getAsLong() == 1
                ? new Result.Pass("net.ipv4.ip_forward is 1")
                : new Result.Fail(
                        "net.ipv4.ip_forward is 0: hosts of the site do not reach the tunnels",
                        "sysctl -w net.ipv4.ip_forward=1, and keep it in /etc/sysctl.d");
    }
}
