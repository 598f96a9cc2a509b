package culvert.gateway.doctor;

import culvert.model.IpPrefix;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.Optional;

/** Where a packet to a destination would go, as kernel and daemon see it. */
record Walked(Patient patient, InetAddress destination) {

    Optional<Kernel.Way> way() {
        return patient.kernel().way(destination);
    }

    /** The tunnel whose device the kernel chooses. */
    Optional<JsonValue> tunnel() {
        return way().flatMap(
                        way ->
                                patient.daemon().tunnels().stream()
                                        .filter(t -> t.text("interface").equals(way.device()))
                                        .findFirst());
    }

    /** The daemon's most specific installed route to the destination. */
    Optional<JsonValue> route() {
        return patient.daemon().routes().list("routes").stream()
                .filter(route -> route.text("installed").equals("true"))
                .filter(route -> covers(route.text("prefix")))
                .max(
                        Comparator.comparingInt(
                                route -> IpPrefix.parse(route.text("prefix")).length()));
    }

    private boolean covers(String prefix) {
        IpPrefix network = IpPrefix.parse(prefix);
        return network.isIpv4() == (destination.getAddress().length == 4)
                && network.contains(destination);
    }

    Optional<JsonValue> sa() {
        return tunnel().flatMap(
                        tunnel ->
                                patient.daemon().sa().list("tunnels").stream()
                                        .filter(sa -> sa.text("name").equals(tunnel.text("name")))
                                        .findFirst());
    }
}
