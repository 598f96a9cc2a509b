package culvert.gateway.doctor;

import java.util.OptionalLong;

/** Datagrams that the kernel took and we did not. */
final class SocketDropsCheck implements Check {
    @Override
    public String name() {
        return "socket-drops";
    }

    private static final double WORTH_A_WORD = 0.0001;

    @Override
    public Result examine(Patient patient) {
        OptionalLong errors = patient.machine().counter("proc/net/snmp", "Udp", "RcvbufErrors");
        OptionalLong received = patient.machine().counter("proc/net/snmp", "Udp", "InDatagrams");
        if (errors.isEmpty() || received.isEmpty()) {
            return new Result.Unknown("cannot read /proc/net/snmp");
        }
        String evidence =
                "%d of %d datagrams found their socket's buffer full"
                        .formatted(errors.getAsLong(), received.getAsLong());
        return errors.getAsLong() > received.getAsLong() * WORTH_A_WORD
                ? new Result.Warn(
                        evidence,
                        "sysctl -w net.core.rmem_max=8388608, and give the machine another core")
                : new Result.Pass(evidence);
    }
}
