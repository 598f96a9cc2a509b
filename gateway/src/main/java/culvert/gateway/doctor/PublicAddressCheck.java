package culvert.gateway.doctor;

import culvert.config.GatewayConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;

/**
 * Whether we still come from the address that AWS knows: to any other it gives no answer. Who that
 * is can only be asked outside, which an operator must want.
 */
final class PublicAddressCheck implements Check {
    @Override
    public String name() {
        return "public-address";
    }

    @Override
    public List<String> needs() {
        return List.of("configuration", "outside-route");
    }

    @Override
    public Result examine(Patient patient) {
        boolean silent =
                patient.daemon().tunnels().stream()
                        .anyMatch(t -> t.text("reason").contains("does not answer IKE_SA_INIT"));
        if (patient.publicAddressService().isEmpty()) {
            return silent
                    ? new Result.Unknown(
                            "a peer is silent, as AWS is when it does not know our address;"
                                    + " 'culvert doctor --public-address' asks outside who we are")
                    : new Result.Pass("no peer is silent");
        }
        return patient.config()
                .map(config -> compare(config, patient.publicAddressService().get(), silent))
                .orElseGet(() -> new Result.Unknown("there is no valid configuration"));
    }

    private static Result compare(GatewayConfig config, URI service, boolean silent) {
        InetAddress seen;
        try {
            seen = PublicAddress.ask(service);
        } catch (IOException e) {
            return new Result.Unknown(service + " did not tell: " + e.getMessage());
        }
        String known = config.site().identity().toString();
        if (known.equals(seen.getHostAddress())) {
            return new Result.Pass("the world sees us as " + known + ", which is our identity");
        }
        String evidence =
                "the world sees us as %s, and our identity is %s"
                        .formatted(seen.getHostAddress(), known);
        String fix =
                "give AWS a customer gateway of %s and modify the VPN connection to use it; set"
                                .formatted(seen.getHostAddress())
                        + " site.identity to it when it is an address";
        return silent ? new Result.Fail(evidence, fix) : new Result.Warn(evidence, fix);
    }
}
