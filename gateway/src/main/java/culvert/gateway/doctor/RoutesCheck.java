package culvert.gateway.doctor;

import culvert.model.IpPrefix;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Does the kernel send what belongs to a tunnel into it? */
final class RoutesCheck implements Check {
    @Override
    public String name() {
        return "routes";
    }

    @Override
    public List<String> needs() {
        return List.of("daemon");
    }

    @Override
    public Result examine(Patient patient) {
        List<Result> results = new ArrayList<>();
        for (JsonValue route : patient.daemon().routes().list("routes")) {
            if (route.text("installed").equals("true")) {
                results.add(examine(patient, route));
            }
        }
        return results.isEmpty()
                ? new Result.Unknown("the daemon has no routes installed")
                : Result.worst(results, "%d routes lead into tunnels".formatted(results.size()));
    }

    private static Result examine(Patient patient, JsonValue route) {
        IpPrefix prefix = IpPrefix.parse(route.text("prefix"));
        Optional<Kernel.Way> way = patient.kernel().way(oneOf(prefix));
        if (way.isEmpty()) {
            return new Result.Fail(
                    "%s: no route in the kernel".formatted(prefix),
                    "look who removed it ('ip monitor route'); culvert puts it back within a minute");
        }
        return patient.devices().contains(way.get().device())
                ? new Result.Pass("")
                : new Result.Fail(
                        "%s: packets leave by %s%s, not by a tunnel"
                                .formatted(
                                        prefix,
                                        way.get().device(),
                                        way.get().gateway().isPresent()
                                                ? " to "
                                                        + way.get().gateway().get().getHostAddress()
                                                : ""),
                        "remove the other route ('ip route get %s', 'ip rule')"
                                .formatted(oneOf(prefix).getHostAddress()));
    }

    /** Not the network's own address, which may be special. */
    private static InetAddress oneOf(IpPrefix prefix) {
        return prefix.last();
    }
}
