package culvert.gateway.doctor;

import culvert.bgp.BgpSettings;
import culvert.config.ConnectionConfig;
import java.util.List;

/**
 * Whether AWS can move traffic to the other tunnel before it maintains an endpoint. It does so by a
 * MED, which local-pref and the length of AS_PATH outweigh (RFC 4271 9.1.2.2).
 */
final class PreferenceCheck implements Check {
    @Override
    public String name() {
        return "preference";
    }

    @Override
    public Result examine(Patient patient) {
        return patient.config()
                .map(
                        config ->
                                Result.worst(
                                        config.connections().stream()
                                                .map(PreferenceCheck::connection)
                                                .toList(),
                                        "no tunnel is preferred by what outweighs AWS's MED"))
                .orElseGet(() -> new Result.Unknown("there is no valid configuration"));
    }

    private static Result connection(ConnectionConfig connection) {
        List<BgpSettings> sessions =
                connection.tunnels().stream().flatMap(t -> t.bgp().stream()).toList();
        boolean equal =
                sessions.stream().mapToInt(BgpSettings::localPref).distinct().count() <= 1
                        && sessions.stream().mapToInt(BgpSettings::prepend).distinct().count() <= 1;
        return equal || !connection.isAws()
                ? new Result.Pass("")
                : new Result.Warn(
                        "the tunnels of %s differ in local-pref or prepend"
                                .formatted(connection.name()),
                        "write the same for both, and prefer one with med: AWS empties a tunnel by"
                                + " its MED before maintenance");
    }
}
