package culvert.gateway.doctor;

import java.util.List;
import java.util.Locale;

/** The BGP session of each tunnel that is up. */
final class BgpSessionCheck implements Check {
    @Override
    public String name() {
        return "bgp-session";
    }

    @Override
    public List<String> needs() {
        return List.of("daemon");
    }

    @Override
    public Result examine(Patient patient) {
        return patient.eachTunnel(
                "every BGP session is established, or none is wanted",
                tunnel -> {
                    boolean waits =
                            tunnel.isPresent("esp")
                                    && tunnel.isPresent("bgp")
                                    && !tunnel.text("bgp", "state").equals("established");
                    return waits ? session(tunnel) : new Result.Pass("");
                });
    }

    private static Result session(JsonValue tunnel) {
        String last = tunnel.text("bgp", "lastNotification");
        String evidence =
                "%s: BGP with %s is %s: %s%s"
                        .formatted(
                                tunnel.text("name"),
                                tunnel.text("bgp", "peer"),
                                tunnel.text("bgp", "state"),
                                tunnel.text("bgp", "reason"),
                                last.isEmpty() ? "" : "; last NOTIFICATION: " + last);
        String words = evidence.toLowerCase(Locale.ROOT);
        String fix;
        if (words.contains("bad peer as") || words.contains("as number")) {
            fix =
                    "compare site.asn and peer-asn with the ASNs of the customer gateway and of AWS's side";
        } else if (words.contains("refused") || words.contains("reset")) {
            fix = "enable BGP for the tunnel at the peer, and compare inside-address with AWS's";
        } else if (words.contains("hold")) {
            fix = "look for loss inside the tunnel and for an MTU that is too large ('mtu' above)";
        } else {
            fix =
                    "let TCP 179 through on the tunnel's device; compare inside-address, ASNs, MD5 key";
        }
        return new Result.Fail(evidence, fix);
    }
}
