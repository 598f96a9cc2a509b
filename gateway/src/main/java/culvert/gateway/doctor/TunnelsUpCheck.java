package culvert.gateway.doctor;

import java.util.List;

/** What keeps a tunnel down, when none of the checks before has named it. */
final class TunnelsUpCheck implements Check {
    @Override
    public String name() {
        return "tunnels-up";
    }

    @Override
    public List<String> needs() {
        return List.of(
                "daemon",
                "initiation",
                "public-address",
                "peer-answers",
                "udp-4500",
                "ike-proposals",
                "identity",
                "pre-shared-key",
                "esp-proposals",
                "selectors");
    }

    @Override
    public Result examine(Patient patient) {
        return patient.eachTunnel(
                "every tunnel has its SAs",
                tunnel ->
                        tunnel.isPresent("esp")
                                ? new Result.Pass("")
                                : new Result.Fail(
                                        "%s is %s: %s"
                                                .formatted(
                                                        tunnel.text("name"),
                                                        tunnel.text("state"),
                                                        tunnel.text("reason")),
                                        "see what the peer says: 'culvert events', and the tunnel's"
                                                + " log at AWS; 'culvert up TUNNEL' after a 'down'"));
    }
}
