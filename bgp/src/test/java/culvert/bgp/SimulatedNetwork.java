package culvert.bgp;

import culvert.bgp.rib.RouteChange;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;

/**
 * Two speakers, the tunnels between them, and TCP over them in virtual time: latency, pieces of any
 * size, connections that cannot be opened, are reset, or fall silent. The same seed gives the same
 * run.
 */
final class SimulatedNetwork {
    private static final InetSocketAddress ANY =
            new InetSocketAddress(InetAddress.ofLiteral("169.254.1.1"), 179);

    final Random random;
    final Node[] nodes = new Node[2];
    long nowNanos = 5_000;
    boolean calm;
    private long nextConnection = 1;
    private long sequence;
    private final PriorityQueue<Event> queue =
            new PriorityQueue<>(
                    Comparator.comparingLong(Event::timeNanos).thenComparingLong(Event::sequence));

    private record Event(long timeNanos, long sequence, Runnable action) {}

    /** One speaker with what it has told its kernel. */
    final class Node {
        final int index;
        final BgpSpeaker speaker;
        final Map<String, List<String>> fib = new TreeMap<>();
        final Map<String, BgpState> states = new HashMap<>();
        int timesEstablished;

        Node(int index, BgpSpeakerSettings settings) {
            this.index = index;
            this.speaker = new BgpSpeaker(settings, new Random(random.nextLong()));
        }

        void give(BgpInput input) {
            for (BgpAction action : speaker.handle(input, nowNanos)) {
                perform(this, action);
            }
        }
    }

    /** A TCP connection; octets go in order, and the last of them before the end. */
    private final class Connection {
        final String tunnel;
        final int opener;
        final long[] ids = {nextConnection++, nextConnection++};
        final long[] busyUntil = new long[2];
        final boolean[] closed = new boolean[2];
        boolean silent;

        Connection(String tunnel, int opener) {
            this.tunnel = tunnel;
            this.opener = opener;
        }

        void deliver(int from, byte[] octets) {
            int at = 0;
            while (at < octets.length) {
                int piece = Math.min(octets.length - at, 1 + random.nextInt(600));
                byte[] part = Arrays.copyOfRange(octets, at, at + piece);
                arrive(
                        from,
                        () -> input(1 - from, new BgpInput.BytesReceived(ids[1 - from], part)));
                at += piece;
            }
        }

        void close(int from) {
            closed[from] = true;
            arrive(from, () -> lost(1 - from, "closed by the peer"));
        }

        void reset() {
            lost(0, "reset");
            lost(1, "reset");
        }

        void lost(int side, String why) {
            if (!closed[side]) {
                closed[side] = true;
                nodes[side].give(new BgpInput.TcpClosed(ids[side], why));
            }
        }

        private void input(int side, BgpInput input) {
            if (!closed[side]) {
                nodes[side].give(input);
            }
        }

        private void arrive(int from, Runnable action) {
            busyUntil[from] =
                    Math.max(busyUntil[from] + 1, nowNanos + millis(1 + random.nextInt(40)));
            at(
                    busyUntil[from],
                    () -> {
                        if (!silent) {
                            action.run();
                        }
                    });
        }
    }

    private final Map<Long, Connection> connections = new HashMap<>();

    SimulatedNetwork(long seed) {
        random = new Random(seed);
    }

    void at(long timeNanos, Runnable action) {
        queue.add(new Event(timeNanos, sequence++, action));
    }

    static long millis(long millis) {
        return Duration.ofMillis(millis).toNanos();
    }

    void run(Duration time) {
        long end = nowNanos + time.toNanos();
        while (nowNanos < end) {
            long next = end;
            for (Node node : nodes) {
                next = Math.min(next, node.speaker.nextDeadlineNanos());
            }
            Event event = queue.peek();
            if (event != null && event.timeNanos() <= next) {
                queue.poll();
                nowNanos = Math.max(nowNanos, event.timeNanos());
                event.action().run();
            } else {
                nowNanos = Math.max(nowNanos, next);
                for (Node node : nodes) {
                    if (node.speaker.nextDeadlineNanos() <= nowNanos) {
                        node.give(new BgpInput.TimerDue());
                    }
                }
            }
        }
    }

    /** One thing that can go wrong with what is open now. */
    void trouble() {
        List<Connection> open =
                connections.values().stream()
                        .distinct()
                        .filter(c -> !c.closed[0] || !c.closed[1])
                        .sorted(Comparator.comparingLong(c -> c.ids[0]))
                        .toList();
        if (open.isEmpty()) {
            return;
        }
        Connection victim = open.get(random.nextInt(open.size()));
        int side = random.nextInt(2);
        switch (random.nextInt(5)) {
            case 0 -> victim.silent = true;
            case 1 -> victim.lost(side, "reset"); // the other side does not hear of it
            case 2 -> {
                if (!victim.closed[side]) {
                    nodes[side].give(new BgpInput.SendBlocked(victim.ids[side]));
                    at(
                            nowNanos + millis(random.nextInt(20_000)),
                            () ->
                                    victim.input(
                                            side,
                                            new BgpInput.SendProgress(victim.ids[side], true)));
                }
            }
            default -> victim.reset();
        }
    }

    private void perform(Node node, BgpAction action) {
        switch (action) {
            case BgpAction.Connect(String tunnel) -> connect(node, tunnel);
            case BgpAction.Send(long id, byte[] message) -> {
                Connection connection = connections.get(id);
                if (connection != null) {
                    connection.deliver(node.index, message);
                }
            }
            case BgpAction.CloseConnection(long id) -> {
                Connection connection = connections.get(id);
                if (connection != null) {
                    connection.close(node.index);
                }
            }
            case BgpAction.RoutesChanged(List<RouteChange> changes) ->
                    changes.forEach(c -> install(node, c));
            case BgpAction.PeerStateChanged(String peer, BgpState state, String _) -> {
                node.states.put(peer, state);
                node.timesEstablished += state == BgpState.ESTABLISHED ? 1 : 0;
            }
            case BgpAction.Report _ -> {}
        }
    }

    private void connect(Node node, String tunnel) {
        long arrival = nowNanos + millis(1 + random.nextInt(80));
        if (!calm && random.nextInt(4) == 0) {
            at(arrival, () -> node.give(new BgpInput.TcpFailed(tunnel, "no route to host")));
            return;
        }
        Connection connection = new Connection(tunnel, node.index);
        connections.put(connection.ids[0], connection);
        connections.put(connection.ids[1], connection);
        for (int side = 0; side < 2; side++) {
            int at = side;
            connection.busyUntil[side] = arrival;
            at(
                    arrival,
                    () -> {
                        if (!connection.closed[at]) {
                            nodes[at].give(
                                    new BgpInput.TcpConnected(
                                            connection.tunnel,
                                            connection.ids[at],
                                            ANY,
                                            ANY,
                                            at != connection.opener));
                        }
                    });
        }
    }

    private static void install(Node node, RouteChange change) {
        List<String> peers = new ArrayList<>();
        change.nextHops().forEach(h -> peers.add(h.peer()));
        if (peers.isEmpty()) {
            node.fib.remove(change.prefix().toString());
        } else {
            node.fib.put(change.prefix().toString(), peers);
        }
    }
}
