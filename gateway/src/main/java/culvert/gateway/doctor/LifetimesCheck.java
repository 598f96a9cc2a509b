package culvert.gateway.doctor;

import culvert.config.ConnectionConfig;
import culvert.config.TunnelConfig;
import java.time.Duration;
import java.util.List;

/** Whether an end lets an SA go that the other one still uses: an interruption every few hours. */
final class LifetimesCheck implements Check {
    // AWS's tunnel options take 900 to 28800 and 900 to 3600 seconds.
    private static final Duration LONGEST_IKE = Duration.ofHours(8);
    private static final Duration LONGEST_ESP = Duration.ofHours(1);

    @Override
    public String name() {
        return "lifetimes";
    }

    @Override
    public Result examine(Patient patient) {
        return patient.config()
                .map(
                        config ->
                                Result.worst(
                                        config.connections().stream()
                                                .map(LifetimesCheck::connection)
                                                .toList(),
                                        "no SA lives longer than its peer lets it"))
                .orElseGet(() -> new Result.Unknown("there is no valid configuration"));
    }

    private static Result connection(ConnectionConfig connection) {
        List<Result> results =
                connection.tunnels().stream().map(t -> tunnel(connection, t)).toList();
        return Result.worst(results, "");
    }

    private static Result tunnel(ConnectionConfig connection, TunnelConfig tunnel) {
        Duration ike = tunnel.ike().ikeLifetime();
        Duration esp = tunnel.ike().espLifetime();
        if (connection.isAws()
                && (ike.compareTo(LONGEST_IKE) > 0 || esp.compareTo(LONGEST_ESP) > 0)) {
            return new Result.Warn(
                    tunnel.name() + " has lifetimes beyond AWS's, which ends its SAs first",
                    "write ike: {lifetime: 8h} and esp: {lifetime: 1h}, or less");
        }
        return esp.compareTo(ike) > 0
                ? new Result.Warn(
                        tunnel.name() + ": the esp lifetime is longer than the ike lifetime",
                        "write a shorter one, such as 1h beside 8h")
                : new Result.Pass("");
    }
}
