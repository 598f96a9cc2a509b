package culvert.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * The program that measures inside a namespace; {@link Probes} starts it and reads what it prints.
 *
 * <pre>
 *  echo-server PORT
 *  echo-client HOST PORT INTERVAL_MICROS COUNT SIZE_BYTES
 *  tcp-server PORT
 *  tcp-client HOST PORT STREAMS SECONDS up|down
 * </pre>
 */
public final class ProbeMain {
    private ProbeMain() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        switch (String.join(" ", arguments).split(" ")[0]) {
            case "echo-server" -> EchoProbe.serve(Integer.parseInt(arguments[1]));
            case "echo-client" -> System.out.println(EchoProbe.send(plan(arguments)).line());
            case "tcp-server" -> TcpThroughput.serve(Integer.parseInt(arguments[1]));
            case "tcp-client" ->
                    System.out.printf(
                            Locale.ROOT,
                            "%s%.3f%n",
                            TcpThroughput.REPORT,
                            TcpThroughput.measure(
                                    server(arguments),
                                    Integer.parseInt(arguments[3]),
                                    TimeUnit.SECONDS.toNanos(Long.parseLong(arguments[4])),
                                    arguments[5].equals("up")));
            default -> {
                System.err.println("unknown probe: " + String.join(" ", arguments));
                System.exit(2);
            }
        }
    }

    private static EchoProbe.Plan plan(String[] arguments) {
        return new EchoProbe.Plan(
                server(arguments),
                TimeUnit.MICROSECONDS.toNanos(Long.parseLong(arguments[3])),
                Integer.parseInt(arguments[4]),
                Integer.parseInt(arguments[5]));
    }

    private static InetSocketAddress server(String[] arguments) {
        return new InetSocketAddress(arguments[1], Integer.parseInt(arguments[2]));
    }
}
