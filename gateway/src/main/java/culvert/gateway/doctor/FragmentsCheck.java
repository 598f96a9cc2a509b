package culvert.gateway.doctor;

import culvert.config.TunnelConfig;
import culvert.ike.Credentials;

/**
 * Whether large IKE messages get through. With certificates IKE_AUTH is sent in fragments as large
 * as the path takes (RFC 7383), or in one datagram to peers that do not know those.
 */
final class FragmentsCheck implements Check {
    @Override
    public String name() {
        return "ike-fragments";
    }

    @Override
    public Result examine(Patient patient) {
        return patient.eachConfigured(
                "no large message is without an answer", tunnel -> tunnel(patient, tunnel));
    }

    private static Result tunnel(Patient patient, TunnelConfig tunnel) {
        boolean large =
                switch (tunnel.ike().credentials()) {
                    case Credentials.Certificates any -> true;
                    case Credentials.PreSharedKey key -> false;
                };
        boolean unanswered =
                patient.daemon().tunnels().stream()
                        .filter(t -> t.text("name").equals(tunnel.name()))
                        .anyMatch(t -> t.text("reason").contains("but not IKE_AUTH"));
        return large && unanswered
                ? new Result.Warn(
                        tunnel.name()
                                + ": IKE_SA_INIT is answered, and IKE_AUTH with its certificates, which"
                                + " is large, is not",
                        "let UDP 4500 through in datagrams of 1280 octets, and IP fragments of it")
                : new Result.Pass("");
    }
}
