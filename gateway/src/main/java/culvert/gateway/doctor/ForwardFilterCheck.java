package culvert.gateway.doctor;

import java.util.Optional;

/** A filter that forwards nothing by default, such as Docker's. */
final class ForwardFilterCheck implements Check {
    @Override
    public String name() {
        return "forward-filter";
    }

    @Override
    public Result examine(Patient patient) {
        Optional<Firewall> firewall = Firewall.of(patient.machine());
        if (firewall.isEmpty()) {
            return new Result.Unknown("neither nft nor iptables-save shows rules to this user");
        }
        if (!firewall.get().forwardsNothingByDefault()) {
            return new Result.Pass("what is forwarded passes by default");
        }
        return firewall.get().mentions(patient.devices())
                ? new Result.Pass("forwarding is denied by default, with rules for our devices")
                : new Result.Warn(
                        "forwarding is denied by default, and no rule names a tunnel's device",
                        "accept forwarding from and to " + String.join(", ", patient.devices()));
    }
}
