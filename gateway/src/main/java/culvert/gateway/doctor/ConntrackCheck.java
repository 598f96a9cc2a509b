package culvert.gateway.doctor;

import java.util.OptionalLong;

/** A full table of connections loses packets of new flows, ours among them. */
final class ConntrackCheck implements Check {
    @Override
    public String name() {
        return "connection-tracking";
    }

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
        return count.getAsLong() > most.getAsLong() * 9 / 10
                ? new Result.Warn(
                        evidence,
                        "sysctl -w net.netfilter.nf_conntrack_max=%d"
                                .formatted(2 * most.getAsLong()))
                : new Result.Pass(evidence);
    }
}
