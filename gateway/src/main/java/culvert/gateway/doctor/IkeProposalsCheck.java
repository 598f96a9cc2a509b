package culvert.gateway.doctor;

import java.util.List;

/** The two ends have no IKE suite in common, or the peer asks for another group again and again. */
final class IkeProposalsCheck implements Check {
    @Override
    public String name() {
        return "ike-proposals";
    }

    @Override
    public List<String> needs() {
        return List.of("daemon");
    }

    @Override
    public Result examine(Patient patient) {
        return patient.reasonsWith(
                List.of(
                        "refused IKE_SA_INIT",
                        "key exchange group",
                        "chose a proposal that we did not offer",
                        "only with demands for a cookie"),
                "the ends agree on an IKE suite",
                "give both ends one suite in common: ike.proposals here, the tunnel options at AWS");
    }
}
