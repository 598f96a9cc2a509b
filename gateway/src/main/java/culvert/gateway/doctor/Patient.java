package culvert.gateway.doctor;

import culvert.config.ConfigResult;
import culvert.config.GatewayConfig;
import culvert.config.TunnelConfig;
import culvert.model.PeerHost;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * All that is examined.
 *
 * @param publicAddressService asked for our public address; empty: it is not asked
 */
record Patient(
        Path file,
        ConfigResult configuration,
        Machine machine,
        Kernel kernel,
        Daemon daemon,
        Optional<URI> publicAddressService) {

    Optional<GatewayConfig> config() {
        return switch (configuration) {
            case ConfigResult.Valid valid -> Optional.of(valid.config());
            case ConfigResult.Invalid invalid -> Optional.empty();
        };
    }

    /** A result for each tunnel of the file, the worst of them all. */
    Result eachConfigured(String allWell, Function<TunnelConfig, Result> examine) {
        return config().map(
                        config ->
                                Result.worst(
                                        config.tunnels().stream().map(examine).toList(), allWell))
                .orElseGet(() -> new Result.Unknown("there is no valid configuration"));
    }

    /** The address of a configured tunnel's peer: the daemon's word, or the resolver's. */
    Optional<InetAddress> peer(TunnelConfig tunnel) {
        return switch (tunnel.ike().peer()) {
            case PeerHost.Address(InetAddress address) -> Optional.of(address);
            case PeerHost.Name(String name) ->
                    daemon.tunnels().stream()
                            .filter(t -> t.text("name").equals(tunnel.name()))
                            .map(t -> t.text("peerAddress"))
                            .filter(address -> !address.isEmpty())
                            .findFirst()
                            .map(InetAddress::ofLiteral)
                            .or(() -> lookUp(name, tunnel.ike().localAddress()));
        };
    }

    /** getent(1): in each line an address, white space, and more. */
    private Optional<InetAddress> lookUp(String name, InetAddress local) {
        return machine.tool("getent", "ahosts", name).stream()
                .flatMap(String::lines)
                .map(line -> InetAddress.ofLiteral(line.split("\\s", 2)[0]))
                .filter(address -> address.getAddress().length == local.getAddress().length)
                .findFirst();
    }

    /** A result for each tunnel that the daemon has, the worst of them all. */
    Result eachTunnel(String allWell, Function<JsonValue, Result> examine) {
        return daemon.answers()
                ? Result.worst(daemon.tunnels().stream().map(examine).toList(), allWell)
                : new Result.Unknown("the daemon does not answer");
    }

    /**
     * Fails for each tunnel whose reason for not being up has one of the words.
     *
     * @param words as IKE says them
     */
    Result reasonsWith(List<String> words, String allWell, String fix) {
        return eachTunnel(
                allWell,
                tunnel -> {
                    String reason = tunnel.text("reason");
                    return words.stream().anyMatch(reason::contains)
                            ? new Result.Fail(tunnel.text("name") + ": " + reason, fix)
                            : new Result.Pass("");
                });
    }

    /** The names of the tunnels' devices. */
    List<String> devices() {
        List<String> names = new ArrayList<>();
        config().ifPresent(config -> config.tunnels().forEach(t -> names.add(t.interfaceName())));
        return names;
    }
}
