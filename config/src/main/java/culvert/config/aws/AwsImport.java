package culvert.config.aws;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Reads what AWS hands out for a VPN connection: the customer gateway configuration in XML, or the
 * JSON of {@code aws ec2 describe-vpn-connections}, which says more.
 *
 * <p>Never throws because of what a file holds. Keys live in ordinary strings while a document is
 * read, which no one can wipe: this is for a command that ends soon, not for the daemon.
 */
public final class AwsImport {
    /** As many as a configuration takes. */
    private static final int MOST_CONNECTIONS = 64;

    private static final int MOST_TUNNELS = 16;

    private AwsImport() {}

    /**
     * Reads the document and makes files of it.
     *
     * @param wanted ids of the VPN connections to take; empty: all that are not deleted
     */
    public static ImportResult read(Path file, Set<String> wanted) {
        try {
            DocumentText text = DocumentText.read(file);
            List<VpnConnection> connections =
                    switch (text.kind()) {
                        case XML -> List.of(CustomerGatewayXml.read(text.text().strip()));
                        case JSON -> DescribeOutput.read(text.text());
                    };
            List<VpnConnection> chosen = choose(connections, wanted);
            for (VpnConnection connection : chosen) {
                checkTunnels(connection);
            }
            checkOneSite(chosen);
            return new ImportResult.Imported(
                    new ImportedYaml(chosen, String.valueOf(file.getFileName())).files());
        } catch (UnreadableDocument e) {
            return new ImportResult.Refused(file + ": " + e.getMessage());
        }
    }

    private static List<VpnConnection> choose(List<VpnConnection> connections, Set<String> wanted)
            throws UnreadableDocument {
        List<VpnConnection> chosen =
                connections.stream()
                        .filter(
                                c ->
                                        wanted.isEmpty()
                                                || c.id().filter(wanted::contains).isPresent())
                        .toList();
        Set<String> missing = new HashSet<>(wanted);
        chosen.forEach(connection -> connection.id().ifPresent(missing::remove));
        if (!missing.isEmpty()) {
            throw new UnreadableDocument(
                    "it has no connection " + String.join(", ", missing.stream().sorted().toList()),
                    "it has " + names(connections));
        }
        if (chosen.size() > MOST_CONNECTIONS) {
            throw new UnreadableDocument(
                    "it has %d connections, and one gateway takes %d"
                            .formatted(chosen.size(), MOST_CONNECTIONS),
                    "choose with --connection ID");
        }
        return chosen;
    }

    private static String names(List<VpnConnection> connections) {
        return connections.stream().map(VpnConnection::name).collect(Collectors.joining(", "));
    }

    private static void checkTunnels(VpnConnection connection) throws UnreadableDocument {
        int tunnels = connection.tunnels().size();
        if (tunnels == 0 || tunnels > MOST_TUNNELS) {
            throw new UnreadableDocument(
                    "%s has %s tunnels".formatted(connection.name(), tunnels == 0 ? "no" : tunnels),
                    "download it again from AWS when the connection is available");
        }
        Set<Object> peers = new HashSet<>();
        for (VpnTunnel tunnel : connection.tunnels()) {
            if (tunnel.peerAddress().isPresent() && !peers.add(tunnel.peerAddress().get())) {
                throw new UnreadableDocument(
                        "two tunnels of %s have the same AWS address".formatted(connection.name()),
                        "download it again from AWS");
            }
        }
    }

    /** One gateway has one address and one AS number towards all its connections. */
    private static void checkOneSite(List<VpnConnection> connections) throws UnreadableDocument {
        if (differ(connections, VpnConnection::outsideAddress)
                || differ(connections, VpnConnection::siteAsn)
                || differ(connections, VpnConnection::customerGatewayId)) {
            throw new UnreadableDocument(
                    "it has connections of several customer gateways",
                    "choose those of this one with --connection ID: "
                            + connections.stream()
                                    .map(
                                            c ->
                                                    c.name()
                                                            + c.customerGatewayId()
                                                                    .map(id -> " of " + id)
                                                                    .orElse(""))
                                    .collect(Collectors.joining(", ")));
        }
    }

    private static boolean differ(
            List<VpnConnection> connections, Function<VpnConnection, Optional<?>> what) {
        return connections.stream().flatMap(c -> what.apply(c).stream()).distinct().count() > 1;
    }
}
