package culvert.ike;

import culvert.model.InboundSaParameters;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Two gateways and what lies between them, in virtual time: delay always, loss, duplication and
 * reordering as asked. Everything follows from the seed.
 */
final class SimulatedNetwork {
    /** How bad the path is. */
    record Weather(double loss, double duplication, Duration minDelay, Duration maxDelay) {
        static final Weather CALM = new Weather(0, 0, Duration.ofMillis(5), Duration.ofMillis(5));
    }

    /** A datagram on its way; {@code sequence} keeps the order of those that arrive together. */
    record Datagram(
            long arrivesNanos,
            long sequence,
            SimulatedGateway receiver,
            IkeAction.Transmit transmit)
            implements Comparable<Datagram> {
        @Override
        public int compareTo(Datagram other) {
            int byTime = Long.compare(arrivesNanos, other.arrivesNanos);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }

    private static final int MAX_STEPS = 200_000;

    private final SplittableRandom random;
    private final SimulatedGateway east;
    private final SimulatedGateway west;
    private final PriorityQueue<Datagram> underway = new PriorityQueue<>();
    private final List<IkeAction.Transmit> sent = new ArrayList<>();
    private Weather weather = Weather.CALM;
    private Predicate<IkeAction.Transmit> passes = transmit -> true;
    private UnaryOperator<IkeAction.Transmit> rewrite = transmit -> transmit;
    private long nowNanos = Long.MAX_VALUE - Duration.ofSeconds(5).toNanos();
    private long sequence;
    private boolean traffic;
    private long nextPacketsNanos;
    private long packetsSent;
    private long packetsLost;

    SimulatedNetwork(IkeTunnelSettings east, IkeTunnelSettings west, long seed) {
        random = new SplittableRandom(seed);
        this.east = new SimulatedGateway(List.of(east), random.nextLong());
        this.west = new SimulatedGateway(List.of(west), random.nextLong());
    }

    SimulatedGateway east() {
        return east;
    }

    SimulatedGateway west() {
        return west;
    }

    long nowNanos() {
        return nowNanos;
    }

    long nextSeed() {
        return random.nextLong();
    }

    /** Every message handed to the network, lost or not. */
    List<IkeAction.Transmit> sent() {
        return sent;
    }

    void weather(Weather weather) {
        this.weather = weather;
    }

    /** Loses every message that does not pass. */
    void onlyIf(Predicate<IkeAction.Transmit> passes) {
        this.passes = passes;
    }

    void loseNothing() {
        passes = transmit -> true;
    }

    /** Puts another message, or other addresses, in place of each, as a NAT or an attacker does. */
    void rewrite(UnaryOperator<IkeAction.Transmit> rewrite) {
        this.rewrite = rewrite;
    }

    /** Both ends send an ESP packet every 50 ms over whatever is installed. */
    void startTraffic() {
        traffic = true;
        nextPacketsNanos = nowNanos;
    }

    long packetsSent() {
        return packetsSent;
    }

    long packetsLost() {
        return packetsLost;
    }

    void up() {
        input(east, new IkeInput.TunnelUp(Settings.TUNNEL));
        input(west, new IkeInput.TunnelUp(Settings.TUNNEL));
    }

    void input(SimulatedGateway gateway, IkeInput input) {
        gateway.handle(input, nowNanos).forEach(this::send);
    }

    /** Puts a datagram into a gateway's hands now. */
    void inject(SimulatedGateway gateway, IkeAction.Transmit transmit) {
        input(
                gateway,
                new IkeInput.DatagramReceived(
                        transmit.remote(), transmit.local(), transmit.message()));
    }

    private void send(IkeAction.Transmit transmit) {
        sent.add(transmit);
        if (!passes.test(transmit) || random.nextDouble() < weather.loss()) {
            return;
        }
        post(transmit);
        if (random.nextDouble() < weather.duplication()) {
            post(transmit);
        }
    }

    private void post(IkeAction.Transmit original) {
        IkeAction.Transmit transmit = rewrite.apply(original);
        InetAddress to = transmit.remote().getAddress();
        SimulatedGateway receiver =
                to.equals(east.settings().localAddress())
                        ? east
                        : to.equals(west.settings().localAddress()) ? west : null;
        if (receiver != null) {
            long delayNanos =
                    random.nextLong(weather.minDelay().toNanos(), weather.maxDelay().toNanos() + 1);
            underway.add(new Datagram(nowNanos + delayNanos, sequence++, receiver, transmit));
        }
    }

    /** Runs until the condition holds, or fails the test when the time is over. */
    void runUntil(Predicate<SimulatedNetwork> condition, Duration atMost) {
        if (!run(condition, atMost)) {
            throw new AssertionError(
                    "did not come true in %s\neast: %s\n%s\nwest: %s\n%s"
                            .formatted(
                                    atMost,
                                    describe(east),
                                    east.log(),
                                    describe(west),
                                    west.log()));
        }
    }

    private static String describe(SimulatedGateway gateway) {
        return gateway.state()
                + " "
                + gateway.ikeSas().stream()
                        .map(
                                sa ->
                                        sa.state()
                                                + (sa.channel().originalInitiator() ? "/i " : "/r ")
                                                + sa.channel().spi()
                                                + " "
                                                + sa.children().stream()
                                                        .map(c -> c + ":" + c.use())
                                                        .toList())
                        .toList();
    }

    void runFor(Duration duration) {
        run(network -> false, duration);
    }

    private boolean run(Predicate<SimulatedNetwork> condition, Duration atMost) {
        long endNanos = nowNanos + atMost.toNanos();
        for (int step = 0; step < MAX_STEPS; step++) {
            if (condition.test(this)) {
                return true;
            }
            if (!step(endNanos)) {
                nowNanos = endNanos;
                return condition.test(this);
            }
        }
        throw new AssertionError("the simulation does not come to rest");
    }

    /** Goes to the next event, unless that is after the end. */
    private boolean step(long endNanos) {
        long next = east.endpoint().nextDeadlineNanos(nowNanos);
        next = Deadlines.earlier(next, west.endpoint().nextDeadlineNanos(nowNanos), nowNanos);
        if (!underway.isEmpty()) {
            next = Deadlines.earlier(next, underway.peek().arrivesNanos(), nowNanos);
        }
        if (traffic) {
            next = Deadlines.earlier(next, nextPacketsNanos, nowNanos);
        }
        if (next == Deadlines.NONE || next - endNanos > 0) {
            return false;
        }
        if (next - nowNanos > 0) {
            nowNanos = next;
        }
        if (!underway.isEmpty() && underway.peek().arrivesNanos() - nowNanos <= 0) {
            Datagram datagram = underway.remove();
            inject(datagram.receiver(), datagram.transmit());
        } else if (traffic && nextPacketsNanos - nowNanos <= 0) {
            nextPacketsNanos = nowNanos + Duration.ofMillis(50).toNanos();
            sendPackets();
        } else {
            input(east, new IkeInput.TimerDue());
            input(west, new IkeInput.TimerDue());
        }
        return true;
    }

    /** One packet each way now. */
    void sendPackets() {
        packet(east, west);
        packet(west, east);
    }

    /** An ESP packet that takes no time; it is lost when the receiver has no SA to open it. */
    private void packet(SimulatedGateway from, SimulatedGateway to) {
        if (from.outbound().isEmpty()) {
            return;
        }
        packetsSent++;
        SimulatedGateway.Outbound outbound = from.outbound().get();
        InboundSaParameters inbound = to.inbound().get(outbound.sa().spi());
        if (inbound == null || !inbound.keymat().equals(outbound.sa().keymat())) {
            packetsLost++;
            return;
        }
        input(to, new IkeInput.InboundTraffic(Settings.TUNNEL, inbound.spi(), 1, 100, nowNanos));
    }

    boolean bothUp() {
        return east.state() == TunnelState.UP && west.state() == TunnelState.UP;
    }

    static InetSocketAddress endpoint(InetAddress address, int port) {
        return new InetSocketAddress(address, port);
    }
}
