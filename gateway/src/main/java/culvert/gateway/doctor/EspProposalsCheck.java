package culvert.gateway.doctor;

import java.util.List;

/** The CHILD SA has no suite in common, or the ends differ on perfect forward secrecy. */
final class EspProposalsCheck implements Check {
    @Override
    public String name() {
        return "esp-proposals";
    }

    @Override
    public List<String> needs() {
        return List.of("daemon");
    }

    @Override
    public Result examine(Patient patient) {
        return patient.reasonsWith(
                List.of("refused our ESP proposals", "ESP proposal"),
                "the ends agree on an ESP suite",
                "give both ends one in common: esp.proposals here, phase 2 of the tunnel options at AWS");
    }
}
