package culvert.perf;

import culvert.lab.Endpoint;
import culvert.lab.Launcher;
import culvert.lab.StrongSwanEndpoint;
import culvert.lab.StrongSwanSpec;
import culvert.lab.Topology;
import java.nio.file.Path;
import java.time.Duration;

/** Whoever can join the site and the VPC by one tunnel, both ends in processes of their own. */
sealed interface Contender {
    /** Short, as it stands in tables. */
    String name();

    /** Starts both ends in a fresh lab. */
    Tunnel start(Topology topology);

    /**
     * Culvert with the flags of its launcher script, AES-256-GCM.
     *
     * @param launcher how {@code culvert} is run
     */
    record Culvert(String name, Launcher launcher) implements Contender {
        @Override
        public Tunnel start(Topology topology) {
            return CulvertPair.start(topology, launcher).tunnel();
        }
    }

    /**
     * wireguard-go, ChaCha20-Poly1305, MTU 1420 as wg-quick would set it.
     *
     * @param program the binary
     */
    record WireGuard(String name, Path program) implements Contender {
        @Override
        public Tunnel start(Topology topology) {
            return WireGuardTunnel.start(topology, program);
        }
    }

    /** strongSwan with ESP in user space (kernel-libipsec), AES-256-GCM. */
    record StrongSwan(String name) implements Contender {
        @Override
        public Tunnel start(Topology topology) {
            StrongSwanEndpoint endpoint =
                    StrongSwanEndpoint.start(
                            topology,
                            topology.endpoint(Endpoint.AWS1),
                            quiet(StrongSwanSpec.aws(Endpoint.AWS1)));
            StrongSwanEndpoint gateway =
                    StrongSwanEndpoint.start(
                            topology,
                            topology.gateway(),
                            quiet(StrongSwanSpec.customer(Endpoint.AWS1)));
            gateway.awaitEstablished(Duration.ofSeconds(60));
            return new Tunnel(gateway.process(), endpoint.process());
        }

        private static StrongSwanSpec quiet(StrongSwanSpec spec) {
            return spec.withProposals("aes256gcm16-prfsha384-ecp384", "aes256gcm16-ecp384")
                    .withLogLevel(0);
        }
    }
}
