package culvert.gateway.doctor;

import culvert.config.GatewayConfig;
import java.net.Inet6Address;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Without forwarding this machine alone reaches the tunnels. */
final class ForwardingCheck implements Check {
    private static final String PROC = "proc/sys/net/";

    @Override
    public String name() {
        return "forwarding";
    }

    @Override
    public Result examine(Patient patient) {
        List<Result> results = new ArrayList<>();
        results.add(family(patient, "ipv4/ip_forward"));
        if (patient.config().filter(ForwardingCheck::speaksIpv6).isPresent()) {
            results.add(family(patient, "ipv6/conf/all/forwarding"));
        }
        for (String device : patient.devices()) {
            String own = "ipv4/conf/" + device + "/forwarding";
            if (patient.machine().number(PROC + own).equals(OptionalLong.of(0))) {
                results.add(off(own));
            }
        }
        return Result.worst(results, "net.ipv4.ip_forward is 1");
    }

    private static boolean speaksIpv6(GatewayConfig config) {
        return config.tunnels().stream()
                .anyMatch(t -> t.insideAddress().local() instanceof Inet6Address);
    }

    private static Result family(Patient patient, String key) {
        OptionalLong forward = patient.machine().number(PROC + key);
        if (forward.isEmpty()) {
            return new Result.Unknown("cannot read /" + PROC + key);
        }
        return forward.getAsLong() == 0 ? off(key) : new Result.Pass("");
    }

    private static Result off(String key) {
        String name = "net." + key.replace('/', '.');
        return new Result.Fail(
                name + " is 0: hosts of the site do not reach the tunnels",
                "sysctl -w " + name + "=1, and keep it in /etc/sysctl.d");
    }
}
