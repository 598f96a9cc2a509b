package culvert.gateway.doctor;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/** The way to the peers, outside the tunnels. */
final class OutsideRouteCheck implements Check {
    @Override
    public String name() {
        return "outside-route";
    }

    @Override
    public List<String> needs() {
        return List.of("configuration", "peer-name");
    }

    @Override
    public Result examine(Patient patient) {
        return patient.eachConfigured(
                "every peer has a route outside the tunnels",
                tunnel -> {
                    Optional<InetAddress> address = patient.peer(tunnel);
                    if (address.isEmpty()) {
                        return new Result.Unknown(tunnel.name() + ": the peer has no address");
                    }
                    String peer = address.get().getHostAddress();
                    Optional<Kernel.Way> way = patient.kernel().way(address.get());
                    if (way.isEmpty()) {
                        return new Result.Fail(
                                tunnel.name() + ": no route to the peer " + peer,
                                "add a default route, or one to " + peer);
                    }
                    return patient.devices().contains(way.get().device())
                            ? new Result.Fail(
                                    "%s: the route to the peer %s leads into the tunnel device %s"
                                            .formatted(tunnel.name(), peer, way.get().device()),
                                    "add a host route to " + peer + " by the outside router")
                            : new Result.Pass("");
                });
    }
}
