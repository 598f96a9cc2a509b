package culvert.gateway.doctor;

import culvert.model.IpPrefix;
import culvert.model.TrafficSelector;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** The way of one packet from the site through a tunnel, step by step. */
final class PathWalk {
    private PathWalk() {}

    /** One step; it waits for the one before, because a packet that is lost goes no further. */
    private record Step(
            String name,
            List<String> needs,
            InetAddress destination,
            BiFunction<Patient, Walked, Result> look)
            implements Check {
        @Override
        public Result examine(Patient patient) {
            return look.apply(patient, new Walked(patient, destination));
        }
    }

    static List<Check> steps(InetAddress destination) {
        return List.of(
                new ForwardingCheck(),
                step("rules", List.of(), destination, (patient, walked) -> rules(patient)),
                step("route", List.of(), destination, (patient, walked) -> route(walked)),
                new ForwardFilterCheck(),
                new AddressTranslationCheck(),
                step("tunnel", List.of("route"), destination, (patient, walked) -> tunnel(walked)),
                step("sa", List.of("route", "tunnel"), destination, PathWalk::sa),
                step("size", List.of("route"), destination, (patient, walked) -> size(walked)),
                step("outside", List.of("route"), destination, PathWalk::outside));
    }

    private static Check step(
            String name,
            List<String> needs,
            InetAddress destination,
            BiFunction<Patient, Walked, Result> look) {
        return new Step(name, needs, destination, look);
    }

    /** Every kernel has three: local, main, default. */
    private static Result rules(Patient patient) {
        Optional<String> rules = patient.machine().tool("ip", "rule");
        if (rules.isEmpty()) {
            return new Result.Unknown("'ip rule' does not tell");
        }
        List<String> more =
                rules.get()
                        .lines()
                        .filter(
                                r ->
                                        !r.matches(
                                                "\\d+:\\s+from all lookup (local|main|default)\\s*"))
                        .toList();
        return more.isEmpty()
                ? new Result.Pass("no rules but the kernel's own")
                : new Result.Warn(
                        "other rules come first: " + more.getFirst().strip(),
                        "see whether they are meant for this destination: 'ip rule', 'ip route get'");
    }

    private static Result route(Walked walked) {
        Optional<Kernel.Way> way = walked.way();
        String to = walked.destination().getHostAddress();
        if (way.isEmpty()) {
            return new Result.Fail(
                    "no route to " + to,
                    "add it to static-routes, or let the peer announce it ('culvert routes')");
        }
        if (way.get().local()) {
            return new Result.Fail(
                    to + " is an address of this machine", "ask for a host behind the tunnel");
        }
        Optional<JsonValue> tunnel = walked.tunnel();
        if (tunnel.isEmpty()) {
            String known =
                    walked.route()
                            .map(r -> ", although culvert routes " + r.text("prefix"))
                            .orElse(", and culvert has no route for it");
            return new Result.Fail(
                    "%s leaves by %s in the clear%s".formatted(to, way.get().device(), known),
                    walked.route().isPresent()
                            ? "remove the route or rule that is preferred ('ip route get "
                                    + to
                                    + "')"
                            : "add it to static-routes, or let the peer announce it");
        }
        String why =
                walked.route()
                        .map(r -> "%s, %s".formatted(r.text("prefix"), r.text("kind")))
                        .orElse("a route that is not culvert's");
        return new Result.Pass(
                "%s leaves by %s, tunnel %s (%s)"
                        .formatted(to, way.get().device(), tunnel.get().text("name"), why));
    }

    private static Result tunnel(Walked walked) {
        JsonValue tunnel = walked.tunnel().orElse(JsonValue.Word.NOTHING);
        return tunnel.text("state").equals("up")
                ? new Result.Pass(tunnel.text("name") + " is up")
                : new Result.Fail(
                        "%s is %s: %s"
                                .formatted(
                                        tunnel.text("name"),
                                        tunnel.text("state"),
                                        tunnel.text("reason")),
                        "run 'culvert doctor' without --destination");
    }

    private static Result sa(Patient patient, Walked walked) {
        JsonValue sa = walked.sa().orElse(JsonValue.Word.NOTHING);
        if (!sa.isPresent("child")) {
            return new Result.Fail(
                    "there is no CHILD SA: packets are dropped, not sent in the clear",
                    "run 'culvert doctor' without --destination");
        }
        boolean admitted =
                sa.list("child", "remoteSelectors").stream()
                        .map(PathWalk::selector)
                        .anyMatch(
                                selector ->
                                        selector.covers(
                                                TrafficSelector.of(
                                                        IpPrefix.containing(
                                                                walked.destination(),
                                                                walked.destination()
                                                                                .getAddress()
                                                                                .length
                                                                        * Byte.SIZE))));
        return admitted
                ? new Result.Pass("CHILD SA " + sa.text("child", "spiOut") + " admits it")
                : new Result.Fail(
                        "the CHILD SA's selectors do not admit "
                                + walked.destination().getHostAddress(),
                        "set local and remote IPv4 network CIDR to 0.0.0.0/0 at AWS");
    }

    private static TrafficSelector selector(JsonValue value) {
        return new TrafficSelector(
                (int) value.number("protocol"),
                0,
                TrafficSelector.LAST_PORT,
                InetAddress.ofLiteral(value.text("from")),
                InetAddress.ofLiteral(value.text("to")));
    }

    private static Result size(Walked walked) {
        JsonValue tunnel = walked.tunnel().orElse(JsonValue.Word.NOTHING);
        return new Result.Pass(
                "packets of up to %d octets pass; larger ones are cut, or refused with ICMP"
                        .formatted(tunnel.number("mtu")));
    }

    private static Result outside(Patient patient, Walked walked) {
        JsonValue tunnel = walked.tunnel().orElse(JsonValue.Word.NOTHING);
        if (!tunnel.isPresent("peerAddress")) {
            return new Result.Fail(
                    "the name %s leads to no address".formatted(tunnel.text("peerName")),
                    "check peer-address, and the name servers in /etc/resolv.conf");
        }
        InetAddress peer = InetAddress.ofLiteral(tunnel.text("peerAddress"));
        Optional<Kernel.Way> way = patient.kernel().way(peer);
        if (way.isEmpty()) {
            return new Result.Fail(
                    "no route to the peer " + peer.getHostAddress(), "add a default route");
        }
        if (patient.devices().contains(way.get().device())) {
            return new Result.Fail(
                    "the peer %s is routed into the tunnel device %s"
                            .formatted(peer.getHostAddress(), way.get().device()),
                    "add a host route to the peer by the outside router");
        }
        int mtuBytes =
                patient.kernel().device(way.get().device()).map(Kernel.Device::mtuBytes).orElse(0);
        return new Result.Pass(
                "ESP goes to %s by %s, MTU %d"
                        .formatted(peer.getHostAddress(), way.get().device(), mtuBytes));
    }
}
