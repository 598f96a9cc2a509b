package culvert.perf;

import culvert.lab.Endpoint;
import culvert.lab.LabProcess;
import culvert.lab.Namespace;
import culvert.lab.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Two wireguard-go, configured by {@code wg}, with the addresses that Culvert's tunnel has. */
final class WireGuardTunnel {
    private static final int PORT = 51820;

    private WireGuardTunnel() {}

    static Tunnel start(Topology topology, Path program) {
        // Control sockets of all namespaces share one directory: the name must differ.
        String gatewayDevice = "wg" + topology.id() + "a";
        String endpointDevice = "wg" + topology.id() + "b";
        Namespace gateway = topology.gateway();
        Namespace endpoint = topology.endpoint(Endpoint.AWS1);
        LabProcess gatewayProcess = run(gateway, program, gatewayDevice);
        LabProcess endpointProcess = run(endpoint, program, endpointDevice);
        String gatewayKey = gateway.exec("wg genkey").strip();
        String endpointKey = endpoint.exec("wg genkey").strip();
        configure(
                topology,
                gateway,
                gatewayDevice,
                gatewayKey,
                publicKey(gateway, endpointKey),
                Endpoint.AWS1.outsideAddress());
        configure(
                topology,
                endpoint,
                endpointDevice,
                endpointKey,
                publicKey(gateway, gatewayKey),
                Topology.GATEWAY_OUTSIDE);
        up(gateway, gatewayDevice, Endpoint.AWS1.customerInsideAddress(), Topology.VPC_PREFIX);
        up(endpoint, endpointDevice, Endpoint.AWS1.insideAddress(), Topology.LAN_PREFIX);
        return new Tunnel(gatewayProcess, endpointProcess);
    }

    private static LabProcess run(Namespace namespace, Path program, String device) {
        LabProcess process =
                namespace.start(
                        "wireguard-go",
                        List.of(program.toString(), "-f", device),
                        Map.of("LOG_LEVEL", "error"));
        Path socket = Path.of("/var/run/wireguard", device + ".sock");
        long deadlineNanos = System.nanoTime() + 10_000_000_000L;
        while (!Files.exists(socket)) {
            if (!process.isAlive() || System.nanoTime() > deadlineNanos) {
                throw new PerfException("wireguard-go does not start: " + process.logTail());
            }
            Thread.onSpinWait();
        }
        return process;
    }

    private static String publicKey(Namespace namespace, String key) {
        return namespace.exec("sh -c", "echo " + key + " | wg pubkey").strip();
    }

    private static void configure(
            Topology topology,
            Namespace namespace,
            String device,
            String key,
            String peerKey,
            String peerAddress) {
        Path file = topology.directory().resolve(device + ".conf");
        try {
            Files.writeString(
                    file,
                    """
                    [Interface]
                    PrivateKey = %s
                    ListenPort = %d
                    [Peer]
                    PublicKey = %s
                    Endpoint = %s:%d
                    AllowedIPs = 0.0.0.0/0
                    """
                            .formatted(key, PORT, peerKey, peerAddress, PORT));
        } catch (IOException e) {
            throw new PerfException("cannot write " + file + ": " + e.getMessage());
        }
        namespace.exec("wg setconf " + device + " " + file);
    }

    private static void up(Namespace namespace, String device, String address, String prefix) {
        namespace.ip(
                "address add " + address + "/30 dev " + device,
                "link set dev " + device + " mtu 1420 up",
                "route replace " + prefix + " dev " + device);
    }
}
