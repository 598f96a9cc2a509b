package culvert.perf;

import culvert.lab.CulvertProcess;
import culvert.lab.CulvertStatus;
import culvert.lab.Endpoint;
import culvert.lab.GatewaySpec;
import culvert.lab.Launcher;
import culvert.lab.Topology;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Two Culverts at the ends of one tunnel, with the JVM flags of the launcher script. */
record CulvertPair(CulvertProcess gateway, CulvertProcess endpoint) {
    static final String TUNNEL = Endpoint.AWS1.tunnelName();

    private static final Pattern PACKETS_OUT = Pattern.compile("\"packetsOut\":(\\d+)");

    /** The launcher script of a source tree that has been built. */
    static Launcher launcher(Path script, String... jvmOptions) {
        var command = new ArrayList<>(List.of("env", "CULVERT_NO_BUILD=1"));
        if (jvmOptions.length > 0) {
            command.add("JDK_JAVA_OPTIONS=" + String.join(" ", jvmOptions));
        }
        command.add(script.toAbsolutePath().toString());
        return new Launcher(command);
    }

    static CulvertPair start(Topology topology, Launcher launcher) {
        CulvertProcess endpoint = CulvertProcess.startAws(topology, Endpoint.AWS1, launcher);
        CulvertProcess gateway =
                CulvertProcess.start(
                        topology,
                        topology.gateway(),
                        GatewaySpec.customer(Endpoint.AWS1),
                        launcher);
        gateway.awaitUp(Duration.ofSeconds(60));
        return new CulvertPair(gateway, endpoint);
    }

    Tunnel tunnel() {
        return new Tunnel(gateway.process(), endpoint.process());
    }

    static long traffic(CulvertStatus status, String counter) {
        return status.number("tunnels", TUNNEL, "traffic", counter);
    }

    /** Has the gateway rekey its Child SA; gives its answer, which begins with an exit code. */
    String rekey() {
        return ask("rekey-child " + TUNNEL);
    }

    /** The gateway's packets out at this moment. */
    long packetsOut() {
        Matcher counter = PACKETS_OUT.matcher(ask("status json"));
        if (!counter.find()) {
            throw new PerfException("the status has no packetsOut");
        }
        return Long.parseLong(counter.group(1));
    }

    String ask(String request) {
        return gateway.ask(request);
    }
}
