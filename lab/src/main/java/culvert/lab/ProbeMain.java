package culvert.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The program that measures and relays inside a namespace; {@link Probes}, {@link NatRelay} and
 * {@link NameServer} start it.
 *
 * <pre>
 *  echo-server PORT
 *  echo-client HOST PORT INTERVAL_MICROS COUNT SIZE_BYTES
 *  tcp-server PORT
 *  tcp-client HOST PORT STREAMS SECONDS up|down
 *  name-server ADDRESS ZONE
 *  nat-relay FRONT BACK TARGET DELAY_NANOS JITTER_NANOS LOSS DUPLICATION IKE_ONLY SEED
 * </pre>
 */
public final class ProbeMain {
    private ProbeMain() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        switch (String.join(" ", arguments).split(" ")[0]) {
            case "echo-server" -> EchoProbe.serve(Integer.parseInt(arguments[1]));
            case "echo-client" -> {
                try (var stop = new StopSignal()) {
                    System.out.println(EchoProbe.send(plan(arguments), stop).line());
                }
            }
            case "tcp-server" -> TcpThroughput.serve(Integer.parseInt(arguments[1]));
            case "tcp-client" -> {
                try (var stop = new StopSignal()) {
                    System.out.printf(
                            Locale.ROOT,
                            "%s%.3f%n",
                            TcpThroughput.REPORT,
                            TcpThroughput.measure(
                                    server(arguments),
                                    Integer.parseInt(arguments[3]),
                                    TimeUnit.SECONDS.toNanos(Long.parseLong(arguments[4])),
                                    arguments[5].equals("up"),
                                    stop));
                }
            }
            case "nat-relay" -> NatRelay.run(arguments);
            case "name-server" -> NameServer.run(arguments);
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

    /** Starts this program in a namespace. */
    static LabProcess start(Namespace namespace, String kind, String... arguments) {
        var command = new ArrayList<String>();
        command.add(Launcher.javaExecutable());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
        command.addAll(location());
        command.add(kind);
        command.addAll(List.of(arguments));
        return namespace.start(kind, command, Map.of());
    }

    /** The probes need nothing but the JDK and these classes, wherever they were loaded from. */
    private static List<String> location() {
        String main = ProbeMain.class.getName();
        try {
            URI source =
                    ProbeMain.class.getProtectionDomain().getCodeSource().getLocation().toURI();
            return source.getScheme().equals("file")
                    ? List.of("-cp", Path.of(source).toString(), main)
                    : List.of("-m", "culvert.lab/" + main);
        } catch (URISyntaxException e) {
            throw new LabException("cannot tell where the lab's classes are: " + e.getMessage(), e);
        }
    }
}
