package culvert.gateway.doctor;

import java.util.List;

/** Whether the names of peers lead anywhere. */
final class PeerNameCheck implements Check {
    @Override
    public String name() {
        return "peer-name";
    }

    @Override
    public List<String> needs() {
        return List.of("configuration");
    }

    @Override
    public Result examine(Patient patient) {
        return patient.eachConfigured(
                "every peer has an address, or a name that leads to one",
                tunnel ->
                        patient.peer(tunnel).isPresent()
                                ? new Result.Pass("")
                                : new Result.Fail(
                                        "%s: the name %s leads to no address"
                                                .formatted(tunnel.name(), tunnel.ike().peer()),
                                        "check peer-address, and the name servers in"
                                                + " /etc/resolv.conf"));
    }
}
