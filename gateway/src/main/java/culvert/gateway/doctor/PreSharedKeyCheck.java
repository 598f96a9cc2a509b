package culvert.gateway.doctor;

import java.util.List;

/** AUTHENTICATION_FAILED: the key, or the identity that goes with it. */
final class PreSharedKeyCheck implements Check {
    @Override
    public String name() {
        return "pre-shared-key";
    }

    @Override
    public List<String> needs() {
        return List.of("daemon");
    }

    @Override
    public Result examine(Patient patient) {
        return patient.reasonsWith(
                List.of("identity or pre-shared key", "our pre-shared key"),
                "the pre-shared keys are accepted",
                "download the configuration again and copy the key into the file anew; behind a NAT set"
                        + " site.identity to the public address");
    }
}
