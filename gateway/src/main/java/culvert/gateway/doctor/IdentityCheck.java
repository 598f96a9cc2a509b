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
        return peer instanceof Result.Fail ? peer : ours(patient).orElse(peer);
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
