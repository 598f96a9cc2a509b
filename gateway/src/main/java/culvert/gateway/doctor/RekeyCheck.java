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
                "no SA is overdue, and no rekey was refused",
                tunnel -> {
                    String name = tunnel.text("name");
                    boolean overdue =
                            (tunnel.isPresent("esp") && tunnel.number("esp", "rekeySeconds") == 0)
                                    || (tunnel.isPresent("ike")
                                            && tunnel.number("ike", "rekeySeconds") == 0);
                    if (overdue) {
                        return new Result.Warn(
                                name + ": an SA is due for its rekey and has it not",
                                "compare lifetimes and proposals of both ends; 'culvert rekey TUNNEL'"
                                        + " tries now, 'culvert events' says what came of it");
                    }
                    return tunnel.isPresent("esp")
                            ? refusal(patient.daemon(), name)
                            : new Result.Pass("");
                });
    }

    /**
     * The first CHILD SA comes with the IKE SA and needs no key exchange of its own, so that a
     * group which the ends do not share (perfect forward secrecy) shows at the first rekey only.
     */
    private static Result refusal(Daemon daemon, String tunnel) {
        for (JsonValue event : daemon.events().reversed()) {
            String words = event.text("msg") + ": " + event.text("reason");
            if (!event.text("tunnel").equals(tunnel)) {
                continue;
            }
            if (words.contains("carries the tunnel")) {
                return new Result.Pass("");
            }
            if (words.contains("refused our ESP proposals")
                    || words.contains("refused the CHILD SA")
                    || words.contains("refused to rekey")) {
                return new Result.Warn(
                        tunnel + ": the last rekey was refused, so its SA ends with its lifetime",
                        "give both ends a group in common: esp.proposals here, phase 2 DH groups at"
                                + " AWS; then 'culvert rekey "
                                + tunnel
                                + "'");
            }
        }
        return new Result.Pass("");
    }
}
