package culvert.gateway.doctor;

import java.util.List;

/** An SA that is not replaced in time ends, and the tunnel with it. */
final class RekeyCheck implements Check {
    @Override
    public String name() {
        return "rekey";
    }

    @Override
    public List<String> needs() {
        return List.of("daemon");
    }

    @Override
    public Result examine(Patient patient) {
        return patient.eachTunnel(
                "no SA is overdue",
                tunnel -> {
                    boolean overdue =
                            (tunnel.isPresent("esp") && tunnel.number("esp", "rekeySeconds") == 0)
                                    || (tunnel.isPresent("ike")
                                            && tunnel.number("ike", "rekeySeconds") == 0);
                    return overdue
                            ? new Result.Warn(
                                    tunnel.text("name")
                                            + ": an SA is due for its rekey and has it not",
                                    "compare lifetimes and proposals of both ends; 'culvert rekey"
                                            + " TUNNEL' tries now, 'culvert events' says what came of it")
                            : new Result.Pass("");
                });
    }
}
