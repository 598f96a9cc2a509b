package culvert.gateway.doctor;

import culvert.ike.message.Identification;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/** Who each end says that it is. */
final class IdentityCheck implements Check {
    @Override
    public String name() {
        return "identity";
    }

    @Override
    public List<String> needs() {
        return List.of("daemon");
    }

    @Override
    public Result examine(Patient patient) {
        Result peer =
                patient.reasonsWith(
                        List.of("says that it is somebody else"),
                        "every peer is who it should be",
                        "set peer-identity to what the peer says that it is");
        return peer instanceof Result.Fail
                ? peer
                : refused(patient).or(() -> ours(patient)).orElse(peer);
    }

    /** The peer says the same of a wrong identity and of a wrong key (RFC 7296 2.21.2). */
    private static Optional<Result> refused(Patient patient) {
        Result result =
                patient.eachConfigured(
                        "",
                        tunnel -> {
                            String reason =
                                    patient.daemon().tunnels().stream()
                                            .filter(t -> t.text("name").equals(tunnel.name()))
                                            .map(t -> t.text("reason"))
                                            .findFirst()
                                            .orElse("");
                            return reason.contains("identity or pre-shared key")
                                    ? new Result.Warn(
                                            "%s: refused; we call ourselves %s and the peer %s"
                                                    .formatted(
                                                            tunnel.name(),
                                                            tunnel.ike().localIdentity(),
                                                            tunnel.ike().peerIdentity()),
                                            "compare site.identity with the customer gateway's"
                                                    + " address at AWS, and peer-identity with the"
                                                    + " peer's")
                                    : new Result.Pass("");
                        });
        return result instanceof Result.Warn ? Optional.of(result) : Optional.empty();
    }

    /** A private address as identity means nothing to a peer outside. */
    private static Optional<Result> ours(Patient patient) {
        boolean unnamed =
                patient.config()
                        .filter(c -> c.site().identity().equals(address(c.site().outsideAddress())))
                        .isPresent();
        return patient.daemon().tunnels().stream()
                                .anyMatch(tunnel -> tunnel.text("natDetected").equals("true"))
                        && unnamed
                ? Optional.of(
                        new Result.Warn(
                                "we are behind a NAT and call ourselves by the private address",
                                "set site.identity to the public address, as the peer knows us"))
                : Optional.empty();
    }

    private static Identification address(InetAddress address) {
        return Identification.ofAddress(address);
    }
}
