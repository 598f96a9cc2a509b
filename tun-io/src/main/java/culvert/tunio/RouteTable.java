package culvert.tunio;

import static culvert.tunio.NetlinkMessage.NLM_F_ACK;
import static culvert.tunio.NetlinkMessage.NLM_F_CREATE;
import static culvert.tunio.NetlinkMessage.NLM_F_DUMP;
import static culvert.tunio.NetlinkMessage.NLM_F_EXCL;
import static culvert.tunio.NetlinkMessage.NLM_F_REPLACE;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The main routing table of a namespace ({@link Rtnetlink}), as far as it is Culvert's. */
public final class RouteTable {
    private final NetlinkSocket socket;

    RouteTable(NetlinkSocket socket) {
        this.socket = socket;
    }

    /** Creates the route. Refused with EEXIST when its destination and metric are taken. */
    public void add(Route route) {
        NetlinkMessage message = socket.begin(Route.RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL);
        route.encode(message);
        socket.require("add the route " + route.prefix(), message);
    }

    /** Creates the route, or changes the one that has its destination and metric. */
    public void replace(Route route) {
        socket.clear();
        socket.require("set the route " + route.prefix(), append(new RouteChange.Replace(route)));
    }

    /**
     * Deletes the route of Culvert with this destination and metric, wherever it leads.
     *
     * @return false when there was none
     */
    public boolean delete(Route route) {
        socket.clear();
        NetlinkSocket.Answer answer = socket.execute(append(new RouteChange.Delete(route)));
        if (answer.errno() != 0 && answer.errno() != Errno.ESRCH) {
            throw NetlinkSocket.failure("delete the route " + route.prefix(), answer);
        }
        return answer.errno() == 0;
    }

    /**
     * Makes many changes, in order, with few system calls. One refusal does not keep the others
     * from being made.
     *
     * @return the refused changes
     */
    public List<RouteChange.Failure> apply(List<RouteChange> changes) {
        List<RouteChange.Failure> failures = new ArrayList<>();
        int done = 0;
        while (done < changes.size()) {
            done += applyBatch(changes.subList(done, changes.size()), failures);
        }
        return failures;
    }

    /** Makes as many of the changes as fit one batch, and returns how many those were. */
    private int applyBatch(List<RouteChange> changes, List<RouteChange.Failure> failures) {
        socket.clear();
        int count = 1;
        NetlinkMessage first = append(changes.getFirst());
        NetlinkMessage last = first;
        while (count < changes.size() && socket.hasRoom()) {
            last = append(changes.get(count++));
        }
        for (NetlinkSocket.Answer answer : socket.executeBatch(last)) {
            int index = answer.sequence() - first.sequence();
            if (answer.errno() != 0 && index >= 0 && index < count) {
                refusal(changes.get(index), answer).ifPresent(failures::add);
            }
        }
        return count;
    }

    /** The routes of Culvert in the main table, IPv4 and IPv6. */
    public List<Route> list() {
        List<Route> routes = new ArrayList<>(list(SocketAddress.AF_INET));
        routes.addAll(list(SocketAddress.AF_INET6));
        return routes;
    }

    /** Which way a packet of this machine would go; empty when no route leads there. */
    public Optional<RouteLookup> lookup(InetAddress destination) {
        return lookup(destination, Optional.empty());
    }

    /**
     * The same for a packet with this source, which policy rules may send another way; empty too
     * when the source is no address of this machine.
     */
    public Optional<RouteLookup> lookup(InetAddress destination, InetAddress source) {
        return lookup(destination, Optional.of(source));
    }

    private Optional<RouteLookup> lookup(InetAddress destination, Optional<InetAddress> source) {
        try {
            return socket
                    .query(
                            "look up the route to " + destination.getHostAddress(),
                            () ->
                                    RouteLookup.encode(
                                            socket.begin(Route.RTM_GETROUTE, NLM_F_ACK),
                                            destination,
                                            source),
                            Route.RTM_NEWROUTE,
                            RouteLookup::decode)
                    .stream()
                    .findFirst();
        } catch (TunIoException e) {
            return switch (e.errno()) {
                // ENETUNREACH: no route. EHOSTUNREACH, EACCES, EINVAL: a route of type
                // unreachable, prohibit or blackhole, or a source that is not ours.
                case Errno.ENETUNREACH, Errno.EHOSTUNREACH, Errno.EACCES, Errno.EINVAL ->
                        Optional.empty();
                default -> throw e;
            };
        }
    }

    /**
     * Which way packets of this machine would go if Culvert had no routes: the best of the main
     * table's other routes. Policy rules are not asked.
     */
    public Optional<RouteTarget> underlay(InetAddress destination) {
        return socket
                .query(
                        "list the routes of others",
                        () ->
                                Route.encodeFilterOfAll(
                                        socket.begin(Route.RTM_GETROUTE, NLM_F_DUMP),
                                        SocketAddress.family(destination)),
                        Route.RTM_NEWROUTE,
                        message ->
                                Route.isOthers(message)
                                        ? Optional.of(Route.decode(message))
                                        : Optional.<Route>empty())
                .stream()
                .flatMap(Optional::stream)
                .filter(route -> route.covers(destination))
                .max(
                        Comparator.comparingInt(Route::prefixLength)
                                .thenComparing(Route::metric, Comparator.reverseOrder()))
                .map(Route::target);
    }

    private NetlinkMessage append(RouteChange change) {
        NetlinkMessage message;
        switch (change) {
            case RouteChange.Add(Route route) -> {
                message = socket.append(Route.RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL);
                route.encode(message);
            }
            case RouteChange.Replace(Route route) -> {
                message = socket.append(Route.RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE);
                route.encode(message);
            }
            case RouteChange.Delete(Route route) -> {
                message = socket.append(Route.RTM_DELROUTE, 0);
                route.encodeKey(message);
            }
        }
        return message.finish();
    }

    private static Optional<RouteChange.Failure> refusal(
            RouteChange change, NetlinkSocket.Answer answer) {
        String what =
                switch (change) {
                    case RouteChange.Add(Route route) -> "add the route " + route.prefix();
                    case RouteChange.Replace(Route route) -> "set the route " + route.prefix();
                    case RouteChange.Delete(Route route) -> "delete the route " + route.prefix();
                };
        return change instanceof RouteChange.Delete && answer.errno() == Errno.ESRCH
                ? Optional.empty()
                : Optional.of(new RouteChange.Failure(change, NetlinkSocket.failure(what, answer)));
    }

    private List<Route> list(int family) {
        return socket
                .query(
                        "list the routes",
                        () ->
                                Route.encodeFilter(
                                        socket.begin(Route.RTM_GETROUTE, NLM_F_DUMP), family),
                        Route.RTM_NEWROUTE,
                        message ->
                                Route.isOurs(message)
                                        ? Optional.of(Route.decode(message))
                                        : Optional.<Route>empty())
                .stream()
                .flatMap(Optional::stream)
                .toList();
    }
}
