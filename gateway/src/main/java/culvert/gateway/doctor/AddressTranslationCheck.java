package culvert.gateway.doctor;

import java.util.List;
import java.util.Optional;

/** A masquerade that was meant for the Internet rewrites what goes into the tunnels. */
final class AddressTranslationCheck implements Check {
    @Override
    public String name() {
        return "address-translation";
    }

    @Override
    public Result examine(Patient patient) {
        Optional<Firewall> firewall = Firewall.of(patient.machine());
        if (firewall.isEmpty()) {
            return new Result.Unknown("neither nft nor iptables-save shows rules to this user");
        }
        List<String> rewrites = firewall.get().rewritesOfSource(patient.devices());
        return rewrites.isEmpty()
                ? new Result.Pass("no rule rewrites the source of what goes into a tunnel")
                : new Result.Warn(
                        "source addresses are rewritten: " + rewrites.getFirst(),
                        "let the rule apply to the outside interface only (oifname), or except the"
                                + " networks behind the tunnels before it");
    }
}
