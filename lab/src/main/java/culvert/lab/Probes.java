package culvert.lab;

import java.time.Duration;

/**
 * Starts measuring programs in namespaces: UDP echo for gaps and round trips, bulk TCP for
 * throughput.
 */
public final class Probes {
    public static final int ECHO_PORT = 7007;
    public static final int TCP_PORT = 7008;

    private static final Duration START_LIMIT = Duration.ofSeconds(10);

    private Probes() {}

    /** An echo server on {@link #ECHO_PORT}, ready when this returns. */
    public static LabProcess echoServer(Namespace namespace) {
        LabProcess server = ProbeMain.start(namespace, "echo-server", Integer.toString(ECHO_PORT));
        server.awaitLine(EchoProbe.READY, START_LIMIT);
        return server;
    }

    /**
     * An echo client that sends one request per interval to {@link #ECHO_PORT}.
     *
     * @param sizeBytes UDP payload, at least 8
     */
    public static EchoRun echo(
            Namespace namespace,
            String address,
            Duration interval,
            Duration duration,
            int sizeBytes) {
        long count = Math.max(1, duration.dividedBy(interval));
        LabProcess client =
                ProbeMain.start(
                        namespace,
                        "echo-client",
                        address,
                        Integer.toString(ECHO_PORT),
                        Long.toString(interval.toNanos() / 1000),
                        Long.toString(count),
                        Integer.toString(sizeBytes));
        return new EchoRun(client, duration);
    }

    /** An echo client that sends 64 bytes every 10 ms: the measure of a failover's gap. */
    public static EchoRun echo(Namespace namespace, String address, Duration duration) {
        return echo(namespace, address, Duration.ofMillis(10), duration, 64);
    }

    /** A running echo client. */
    public record EchoRun(LabProcess client, Duration duration) {
        /** Returns when the first answer has come: from here on, silence is a gap. */
        public EchoRun awaitFirstAnswer() {
            client.awaitLine(EchoProbe.FIRST_ANSWER, duration.plus(START_LIMIT));
            return this;
        }

        /** No more requests: {@link #report} follows after the late answers. */
        public EchoRun stop() {
            client.terminate();
            return this;
        }

        /** Waits until all requests are sent and late answers are in. */
        public EchoReport report() {
            String line = client.awaitLine(EchoProbe.REPORT, duration.plus(START_LIMIT));
            return EchoReport.parse(line);
        }
    }

    /** A bulk TCP server on {@link #TCP_PORT}, ready when this returns. */
    public static LabProcess tcpServer(Namespace namespace) {
        LabProcess server = ProbeMain.start(namespace, "tcp-server", Integer.toString(TCP_PORT));
        server.awaitLine(TcpThroughput.READY, START_LIMIT);
        return server;
    }

    /** Which way the bytes of a throughput run go, seen from the client. */
    public enum Direction {
        UP,
        DOWN
    }

    /** Runs bulk TCP to a {@link #tcpServer}; gives Mbit/s of TCP payload, all streams together. */
    public static double tcpMegabitsPerSecond(
            Namespace namespace, String address, int streams, int seconds, Direction direction) {
        return tcp(namespace, address, streams, seconds, direction).megabitsPerSecond();
    }

    /** Begins what {@link #tcpMegabitsPerSecond} does. */
    public static TcpRun tcp(
            Namespace namespace, String address, int streams, int seconds, Direction direction) {
        LabProcess client =
                ProbeMain.start(
                        namespace,
                        "tcp-client",
                        address,
                        Integer.toString(TCP_PORT),
                        Integer.toString(streams),
                        Integer.toString(seconds),
                        direction == Direction.UP ? "up" : "down");
        return new TcpRun(client, Duration.ofSeconds(seconds));
    }

    /** A running TCP client. */
    public record TcpRun(LabProcess client, Duration duration) {
        /** Ends uploads before their time. */
        public TcpRun stop() {
            client.terminate();
            return this;
        }

        /** Waits for the end; all streams together. */
        public double megabitsPerSecond() {
            String line = client.awaitLine(TcpThroughput.REPORT, duration.plus(START_LIMIT));
            return Double.parseDouble(line.substring(TcpThroughput.REPORT.length()));
        }
    }
}
