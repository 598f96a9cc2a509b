package culvert.gateway.doctor;

import java.util.List;

/** A session that stands but brings or takes no routes. */
final class BgpRoutesCheck implements Check {
    @Override
    public String name() {
        return "bgp-routes";
    }

    @Override
    public List<String> needs() {
        return List.of("daemon", "bgp-session");
    }

    @Override
    public Result examine(Patient patient) {
        return patient.eachTunnel(
                "routes are exchanged, or no BGP is spoken",
                tunnel ->
                        tunnel.text("bgp", "state").equals("established")
                                ? routes(tunnel)
                                : new Result.Pass(""));
    }

    private static Result routes(JsonValue tunnel) {
        String name = tunnel.text("name");
        long received = tunnel.number("bgp", "received");
        if (received == 0) {
            return new Result.Warn(
                    name + ": the peer announces nothing",
                    "attach the VPC, and enable route propagation in its route table at AWS");
        }
        if (tunnel.number("bgp", "accepted") == 0) {
            return new Result.Fail(
                    "%s: all %d prefixes of the peer are rejected".formatted(name, received),
                    "'culvert routes' says why for each; widen accept of the connection");
        }
        if (tunnel.number("bgp", "heldBack") > 0) {
            return new Result.Warn(
                    "%s: %d of our prefixes are more than the peer takes"
                            .formatted(name, tunnel.number("bgp", "heldBack")),
                    "advertise aggregates: a virtual private gateway takes 100 prefixes");
        }
        return tunnel.number("bgp", "advertised") == 0
                ? new Result.Warn(
                        name + ": we announce nothing, so nothing will come back",
                        "write the site's networks into site.advertise")
                : new Result.Pass("");
    }
}
