package culvert.gateway.doctor;

import java.util.OptionalLong;

/** A strict filter drops what comes back by the other tunnel, as AWS may send it. */
final class ReversePathCheck implements Check {
    @Override
    public String name() {
        return "reverse-path-filter";
    }

    private static final long STRICT = 1;

    @Override
    public Result examine(Patient patient) {
        OptionalLong all = scope(patient, "all");
        if (all.isEmpty()) {
            return new Result.Unknown("cannot read /proc/sys/net/ipv4/conf/all/rp_filter");
        }
        return patient.eachConfigured(
                "no tunnel's device filters strictly",
                tunnel -> {
                    OptionalLong own = scope(patient, tunnel.interfaceName());
                    // ip-sysctl.rst: the maximum of all and the interface's own applies.
                    boolean strict =
                            own.isPresent() && Math.max(own.getAsLong(), all.getAsLong()) == STRICT;
                    return strict
                            ? new Result.Fail(
                                    "rp_filter is strict on "
                                            + tunnel.interfaceName()
                                            + dropped(patient),
                                    "sysctl -w net.ipv4.conf.%s.rp_filter=2, or install"
                                                    .formatted(tunnel.interfaceName())
                                            + " 90-culvert.conf of the package")
                            : new Result.Pass("");
                });
    }

    /** Of the whole namespace, by whatever device. */
    private static String dropped(Patient patient) {
        OptionalLong dropped =
                patient.machine().counter("proc/net/netstat", "TcpExt", "IPReversePathFilter");
        return dropped.orElse(0) == 0
                ? ""
                : " (%d packets dropped so far)".formatted(dropped.getAsLong());
    }

    private static OptionalLong scope(Patient patient, String device) {
        return patient.machine().number("proc/sys/net/ipv4/conf/" + device + "/rp_filter");
    }
}
