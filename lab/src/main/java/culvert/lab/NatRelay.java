package culvert.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A NAT with a bad line, in user space: forwards IKE and ESP in UDP between the customer gateway
 * and one endpoint, and delays, reorders, loses and doubles datagrams on the way.
 *
 * <pre>
 *  customer gateway -- {@link Endpoint#relayAddress}:500, 4500 | {@link Endpoint#translatedAddress}:any -- endpoint
 * </pre>
 *
 * <p>The gateway takes the relay for its peer, the endpoint sees a translated address and port;
 * both detect NAT. Killed and started again, the NAT has forgotten its ports, as after a reboot. It
 * needs neither netfilter nor netem.
 */
public final class NatRelay {
    static final String READY = "nat relay ready";

    private static final Duration START_LIMIT = Duration.ofSeconds(10);
    private static final int[] PORTS = {500, 4500};
    private static final int BUFFER_BYTES = 65_536;

    private NatRelay() {}

    /**
     * What becomes of each datagram, either way.
     *
     * @param delay time on the way
     * @param jitter upper bound of a random time on top; datagrams overtake each other when it
     *     exceeds their distance
     * @param loss probability of being lost
     * @param duplication probability of arriving twice
     * @param ikeOnly ESP passes unharmed
     * @param seed of the random choices
     */
    public record Line(
            Duration delay,
            Duration jitter,
            double loss,
            double duplication,
            boolean ikeOnly,
            long seed) {
        /** Translates and forwards, nothing else. */
        public static Line perfect() {
            return new Line(Duration.ZERO, Duration.ZERO, 0, 0, false, 0);
        }
    }

    /** Starts a relay to the endpoint; ready when this returns. */
    public static LabProcess start(Topology topology, Endpoint endpoint, Line line) {
        topology.internet()
                .ip(
                        "address replace " + endpoint.relayAddress() + "/24 dev " + Wiring.BRIDGE,
                        "address replace "
                                + endpoint.translatedAddress()
                                + "/24 dev "
                                + Wiring.BRIDGE);
        LabProcess relay =
                ProbeMain.start(
                        topology.internet(),
                        "nat-relay",
                        endpoint.relayAddress(),
                        endpoint.translatedAddress(),
                        endpoint.outsideAddress(),
                        Long.toString(line.delay.toNanos()),
                        Long.toString(line.jitter.toNanos()),
                        String.format(Locale.ROOT, "%f", line.loss),
                        String.format(Locale.ROOT, "%f", line.duplication),
                        Boolean.toString(line.ikeOnly),
                        Long.toString(line.seed));
        relay.awaitLine(READY, START_LIMIT);
        return relay;
    }

    /** The program; arguments as {@link #start} gives them. */
    static void run(String[] arguments) throws IOException {
        var line =
                new Line(
                        Duration.ofNanos(Long.parseLong(arguments[4])),
                        Duration.ofNanos(Long.parseLong(arguments[5])),
                        Double.parseDouble(arguments[6]),
                        Double.parseDouble(arguments[7]),
                        Boolean.parseBoolean(arguments[8]),
                        Long.parseLong(arguments[9]));
        var random = new SplittableRandom(line.seed);
        var timer =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().name("line").factory());
        for (int port : PORTS) {
            DatagramChannel front = DatagramChannel.open();
            front.bind(new InetSocketAddress(arguments[1], port));
            DatagramChannel back = DatagramChannel.open();
            back.bind(new InetSocketAddress(arguments[2], 0));
            // Where the customer gateway was last seen; before that, nothing can go back to it.
            var customer = new AtomicReference<SocketAddress>(front.getLocalAddress());
            var endpoint =
                    new AtomicReference<SocketAddress>(new InetSocketAddress(arguments[3], port));
            var out =
                    new Direction(
                            port, front, back, customer, endpoint, line, random.split(), timer);
            var in =
                    new Direction(
                            port, back, front, endpoint, customer, line, random.split(), timer);
            Thread.ofPlatform().name("out-" + port).start(out::forward);
            Thread.ofPlatform().name("in-" + port).start(in::forward);
        }
        System.out.println(READY);
    }

    /** Forwards what arrives on one socket to the place last known behind the other. */
    private record Direction(
            int port,
            DatagramChannel from,
            DatagramChannel to,
            AtomicReference<SocketAddress> sender,
            AtomicReference<SocketAddress> receiver,
            Line line,
            SplittableRandom random,
            ScheduledExecutorService timer) {

        void forward() {
            ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
            while (true) {
                try {
                    sender.set(from.receive(buffer.clear()));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                ByteBuffer datagram =
                        ByteBuffer.allocate(buffer.flip().remaining()).put(buffer).flip();
                if (line.ikeOnly && !isIke(datagram)) {
                    send(datagram);
                    continue;
                }
                if (random.nextDouble() < line.loss) {
                    continue;
                }
                deliver(datagram);
                if (random.nextDouble() < line.duplication) {
                    deliver(datagram.duplicate());
                }
            }
        }

        /** On port 4500 IKE has four zero octets before it, ESP its SPI (RFC 3948 2.2). */
        private boolean isIke(ByteBuffer datagram) {
            return port == PORTS[0]
                    || (datagram.remaining() >= Integer.BYTES && datagram.getInt(0) == 0);
        }

        private void deliver(ByteBuffer datagram) {
            long jitterNanos = line.jitter.toNanos();
            long delayNanos =
                    line.delay.toNanos() + (jitterNanos > 0 ? random.nextLong(jitterNanos) : 0);
            if (delayNanos == 0) {
                send(datagram);
            } else {
                var _ = timer.schedule(() -> send(datagram), delayNanos, TimeUnit.NANOSECONDS);
            }
        }

        private void send(ByteBuffer datagram) {
            try {
                to.send(datagram, receiver.get());
            } catch (IOException e) {
                // The other side is unreachable at this moment: lost, as on any line.
                System.out.println("lost: " + e.getMessage());
            }
        }
    }
}
