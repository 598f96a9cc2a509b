package culvert.gateway.doctor;

import java.util.OptionalLong;

/** A full table of connections loses packets of new flows, ours among them. */
final class ConntrackCheck implements Check {
    @Override
    public String name() {
        return "connection-tracking";
    }

    /** RFC 3948 4: between keepalives behind a NAT. */
    private static final long KEEPALIVE_SECONDS = 20;

    private static final String DIRECTORY = "proc/sys/net/netfilter/";

    @Override
    public Result examine(Patient patient) {
        OptionalLong count = patient.machine().number(DIRECTORY + "nf_conntrack_count");
        OptionalLong most = patient.machine().number(DIRECTORY + "nf_conntrack_max");
        if (count.isEmpty() || most.isEmpty()) {
            return new Result.Pass("the kernel tracks no connections here");
        }
        String evidence =
                "%d of %d connections are tracked".formatted(count.getAsLong(), most.getAsLong());
        OptionalLong timeout =
                patient.machine().number(DIRECTORY + "nf_conntrack_udp_timeout_stream");
        if (timeout.isPresent() && timeout.getAsLong() <= KEEPALIVE_SECONDS) {
            return new Result.Warn(
                    "a UDP flow is forgotten after %d s, before our next keepalive"
                            .formatted(timeout.getAsLong()),
                    "sysctl -w net.netfilter.nf_conntrack_udp_timeout_stream=120");
        }
        return count.getAsLong() > most.getAsLong() * 9 / 10
                ? new Result.Warn(
                        evidence,
                        "sysctl -w net.netfilter.nf_conntrack_max=%d"
                                .formatted(2 * most.getAsLong()))
                : new Result.Pass(evidence);
    }
}
