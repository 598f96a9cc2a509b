package culvert.perf;

import culvert.lab.LabProcess;
import culvert.lab.Namespace;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The program that makes and takes load inside a namespace.
 *
 * <pre>
 *  udp-sink PORT
 *  udp-rate HOST PORT SIZE_BYTES PACKETS_PER_SECOND MILLIS     prints "udp sent=.. received=.."
 *  udp-capacity HOST PORT SIZE_BYTES MILLIS                    prints "udp capacity=.."
 *  round-trips HOST PORT SIZE_BYTES INTERVAL_MICROS COUNT      prints "rtt sent=.. histogram=.."
 * </pre>
 */
public final class LoadMain {
    private LoadMain() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        switch (arguments[0]) {
            case "udp-sink" -> UdpSink.serve(number(arguments, 1));
            case "udp-rate" -> {
                try (UdpSource source = new UdpSource(peer(arguments), number(arguments, 3))) {
                    UdpSource.Result result =
                            source.run(number(arguments, 4), number(arguments, 5) * 1_000_000L);
                    System.out.println(result.line());
                }
            }
            case "udp-capacity" -> {
                try (UdpSource source = new UdpSource(peer(arguments), number(arguments, 3))) {
                    System.out.println(
                            UdpSource.CAPACITY
                                    + source.capacity(number(arguments, 4) * 1_000_000L));
                }
            }
            case "round-trips" ->
                    System.out.println(
                            RoundTrips.measure(
                                    peer(arguments),
                                    number(arguments, 3),
                                    number(arguments, 4) * 1000L,
                                    number(arguments, 5)));
            default -> throw new IllegalArgumentException(String.join(" ", arguments));
        }
    }

    private static InetSocketAddress peer(String[] arguments) {
        return new InetSocketAddress(arguments[1], number(arguments, 2));
    }

    private static int number(String[] arguments, int index) {
        return Integer.parseInt(arguments[index]);
    }

    /** Starts this program in a namespace. */
    static LabProcess start(Namespace namespace, String... arguments) {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-cp",
                                System.getProperty("java.class.path"),
                                LoadMain.class.getName()));
        command.addAll(List.of(arguments));
        return namespace.start(arguments[0], command, Map.of());
    }

    /** Runs this program in a namespace to its end; gives the line that contains the text. */
    static String run(Namespace namespace, String text, Duration limit, String... arguments) {
        return start(namespace, arguments).awaitLine(text, limit);
    }
}
