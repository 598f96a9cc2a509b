package culvert.gateway.doctor;

import java.util.List;

/** IKE_SA_INIT without an answer: UDP 500, the peer, or who it thinks we are. */
final class PeerAnswersCheck implements Check {
    @Override
    public String name() {
        return "peer-answers";
    }

    @Override
    public List<String> needs() {
        return List.of("daemon", "outside-route", "public-address");
    }

    @Override
    public Result examine(Patient patient) {
        return patient.reasonsWith(
                List.of("does not answer IKE_SA_INIT"),
                "every peer answers IKE_SA_INIT",
                "let UDP 500 and 4500 through to the peer, compare peer-address, and compare our public"
                        + " address with the customer gateway's at AWS");
    }
}
