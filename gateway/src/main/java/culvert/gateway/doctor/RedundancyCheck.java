package culvert.gateway.doctor;

import culvert.config.ConnectionConfig;

/** AWS takes one tunnel at a time for maintenance: a connection needs the other. */
final class RedundancyCheck implements Check {
    @Override
    public String name() {
        return "redundancy";
    }

    @Override
    public Result examine(Patient patient) {
        return patient.config()
                .map(
                        config ->
                                Result.worst(
                                        config.connections().stream()
                                                .map(RedundancyCheck::connection)
                                                .toList(),
                                        "every connection has two tunnels"))
                .orElseGet(() -> new Result.Unknown("there is no valid configuration"));
    }

    private static Result connection(ConnectionConfig connection) {
        return connection.tunnels().size() >= 2
                ? new Result.Pass("")
                : new Result.Warn(
                        "connection " + connection.name() + " has one tunnel only",
                        "configure the second tunnel of the connection: AWS maintains one at a time");
    }
}
