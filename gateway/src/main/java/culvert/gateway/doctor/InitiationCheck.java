package culvert.gateway.doctor;

import culvert.ike.Role;

/**
 * Whether anybody begins. AWS waits for its customer gateway unless its start-up action says
 * otherwise, and a replaced endpoint waits too.
 */
final class InitiationCheck implements Check {
    @Override
    public String name() {
        return "initiation";
    }

    @Override
    public Result examine(Patient patient) {
        return patient.eachConfigured(
                "we begin every tunnel, or the peer has",
                tunnel -> {
                    boolean waits =
                            tunnel.ike().role() == Role.RESPOND
                                    && patient.daemon().tunnels().stream()
                                            .filter(t -> t.text("name").equals(tunnel.name()))
                                            .noneMatch(t -> t.isPresent("ike"));
                    return waits
                            ? new Result.Fail(
                                    tunnel.name()
                                            + " waits for the peer (role: respond), and nothing came",
                                    "write role: initiate, or let the peer begin (at AWS: startup"
                                            + " action Start)")
                            : new Result.Pass("");
                });
    }
}
