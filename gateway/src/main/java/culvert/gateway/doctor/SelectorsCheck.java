package culvert.gateway.doctor;

import java.util.List;

/** AWS takes one pair of selectors per tunnel. */
final class SelectorsCheck implements Check {
    @Override
    public String name() {
        return "selectors";
    }

    @Override
    public List<String> needs() {
        return List.of("daemon");
    }

    @Override
    public Result examine(Patient patient) {
        return patient.reasonsWith(
                List.of("traffic selectors"),
                "the ends agree on traffic selectors",
                "set local and remote IPv4 network CIDR of the connection to 0.0.0.0/0 at AWS: routes decide"
                        + " here");
    }
}
