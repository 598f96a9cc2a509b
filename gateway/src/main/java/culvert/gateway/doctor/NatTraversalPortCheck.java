package culvert.gateway.doctor;

import java.util.List;

/** IKE_SA_INIT is answered and IKE_AUTH is not: that is what a blocked UDP 4500 looks like. */
final class NatTraversalPortCheck implements Check {
    @Override
    public String name() {
        return "udp-4500";
    }

    @Override
    public List<String> needs() {
        return List.of("daemon", "outside-route");
    }

    @Override
    public Result examine(Patient patient) {
        return patient.reasonsWith(
                List.of("answered IKE_SA_INIT but not IKE_AUTH"),
                "IKE_AUTH gets through on UDP 4500",
                "let UDP 4500 through in both directions; where it is open, large datagrams are lost: let"
                        + " IP fragments through");
    }
}
