package culvert.config.aws;

import culvert.config.aws.JsonNode.ArrayNode;
import culvert.config.aws.JsonNode.Leaf;
import culvert.config.aws.JsonNode.ObjectNode;
import culvert.model.IpPrefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The answer to {@code DescribeVpnConnections} or {@code CreateVpnConnection} in JSON: the customer
 * gateway configuration as a string, and the options of the tunnels beside it.
 */
final class DescribeOutput {
    private static final Set<String> GONE = Set.of("deleting", "deleted");

    private static final int IPV4_INSIDE_LENGTH = 30;
    private static final int IPV6_INSIDE_LENGTH = 126;

    private DescribeOutput() {}

    /** The connections that are not being deleted, at least one. */
    static List<VpnConnection> read(String document) throws UnreadableDocument {
        JsonNode root = JsonNode.parse(document);
        if (root instanceof Leaf(String xml) && xml.stripLeading().startsWith("<")) {
            return List.of(CustomerGatewayXml.read(xml.strip()));
        }
        List<VpnConnection> connections = new ArrayList<>();
        List<JsonNode> described = described(root);
        for (JsonNode connection : described) {
            if (connection.text("State").filter(GONE::contains).isEmpty()) {
                connections.add(connection(connection));
            }
        }
        if (connections.isEmpty()) {
            throw new UnreadableDocument(
                    described.isEmpty()
                            ? "this JSON has no VPN connection in it"
                            : "every VPN connection in this JSON is deleted",
                    DocumentText.HOW_TO_GET_ONE.formatted("ID"));
        }
        return connections;
    }

    private static List<JsonNode> described(JsonNode root) {
        return switch (root) {
            case ArrayNode list -> list.items().stream().filter(DescribeOutput::isOne).toList();
            case ObjectNode object when isOne(object) -> List.of(object);
            case ObjectNode object when object.find("VpnConnection").isPresent() ->
                    object.find("VpnConnection").stream().toList();
            case ObjectNode object -> object.items("VpnConnections");
            case Leaf leaf -> List.of();
        };
    }

    private static boolean isOne(JsonNode node) {
        return node.find("VpnConnectionId").isPresent()
                || node.find("CustomerGatewayConfiguration").isPresent();
    }

    private static VpnConnection connection(JsonNode json) throws UnreadableDocument {
        Optional<String> id = json.text("VpnConnectionId").flatMap(Word::plain);
        Optional<VpnConnection> xml = xml(json, id);
        String version = json.text("Options", "TunnelInsideIpVersion").orElse("ipv4");
        String family = version.equals("ipv6") ? "Ipv6" : "Ipv4";
        boolean isStatic =
                json.text("Options", "StaticRoutesOnly")
                        .map("true"::equals)
                        .or(() -> xml.map(VpnConnection::isStatic))
                        .orElse(false);
        return new VpnConnection(
                id.or(() -> xml.flatMap(VpnConnection::id)),
                name(json),
                json.text("CustomerGatewayId")
                        .flatMap(Word::plain)
                        .or(() -> xml.flatMap(VpnConnection::customerGatewayId)),
                json.text("VpnGatewayId")
                        .or(() -> json.text("TransitGatewayId"))
                        .or(() -> json.text("CoreNetworkArn"))
                        .flatMap(Word::plain)
                        .or(() -> xml.flatMap(VpnConnection::gateway)),
                isStatic,
                xml.flatMap(VpnConnection::outsideAddress),
                xml.flatMap(VpnConnection::siteAsn),
                xml.flatMap(VpnConnection::peerAsn),
                network(json, "Local" + family + "NetworkCidr"),
                network(json, "Remote" + family + "NetworkCidr"),
                siteRoutes(json),
                json.text("PreSharedKeyArn").flatMap(Word::plain),
                json.items("VgwTelemetry").stream()
                        .anyMatch(end -> end.text("CertificateArn").isPresent()),
                tunnels(json, xml.map(VpnConnection::tunnels).orElse(List.of())));
    }

    private static Optional<VpnConnection> xml(JsonNode json, Optional<String> id)
            throws UnreadableDocument {
        Optional<String> document = json.text("CustomerGatewayConfiguration");
        if (document.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(CustomerGatewayXml.read(document.get()));
        } catch (UnreadableDocument e) {
            throw new UnreadableDocument(
                    "in the CustomerGatewayConfiguration of %s: %s"
                            .formatted(id.orElse("a connection"), e.what()),
                    e.hint());
        }
    }

    private static Optional<String> name(JsonNode json) {
        return json.items("Tags").stream()
                .filter(tag -> tag.text("Key").filter("Name"::equals).isPresent())
                .flatMap(tag -> tag.text("Value").stream())
                .findFirst();
    }

    private static Optional<IpPrefix> network(JsonNode json, String option) {
        return json.text("Options", option)
                .flatMap(Word::prefix)
                .filter(prefix -> prefix.length() > 0);
    }

    private static List<IpPrefix> siteRoutes(JsonNode json) {
        return json.items("Routes").stream()
                .filter(route -> route.text("State").filter(GONE::contains).isEmpty())
                .flatMap(route -> route.text("DestinationCidrBlock").stream())
                .flatMap(route -> Word.prefix(route).stream())
                .toList();
    }

    /** Tunnels of the XML, each with the options that have its outside address. */
    private static List<VpnTunnel> tunnels(JsonNode json, List<VpnTunnel> fromXml) {
        List<VpnTunnel> fromOptions =
                json.items("Options", "TunnelOptions").stream()
                        .map(DescribeOutput::tunnel)
                        .toList();
        if (fromXml.isEmpty()) {
            return fromOptions;
        }
        return fromXml.stream()
                .map(
                        tunnel ->
                                fromOptions.stream()
                                        .filter(o -> o.peerAddress().equals(tunnel.peerAddress()))
                                        .findFirst()
                                        .map(tunnel::with)
                                        .orElse(tunnel))
                .toList();
    }

    private static VpnTunnel tunnel(JsonNode options) {
        return new VpnTunnel(
                options.text("OutsideIpAddress").flatMap(Word::address),
                inside(options, "TunnelInsideIpv6Cidr", IPV6_INSIDE_LENGTH)
                        .or(() -> inside(options, "TunnelInsideCidr", IPV4_INSIDE_LENGTH)),
                options.text("PreSharedKey").flatMap(Word::key),
                seconds(options, "Phase1LifetimeSeconds"),
                seconds(options, "Phase2LifetimeSeconds"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                new TunnelOptions(
                        ikeVersions(options),
                        options.values("Phase1EncryptionAlgorithms"),
                        options.values("Phase1IntegrityAlgorithms"),
                        options.values("Phase1DHGroupNumbers"),
                        options.values("Phase2EncryptionAlgorithms"),
                        options.values("Phase2DHGroupNumbers"),
                        options.text("ReplayWindowSize")
                                .flatMap(word -> Word.number(word, 64, 2048))));
    }

    /** An answer has the first name, a request for a new connection the second. */
    private static List<String> ikeVersions(JsonNode options) {
        List<String> versions = options.values("IkeVersions");
        return versions.isEmpty() ? options.values("IKEVersions") : versions;
    }

    private static Optional<IpPrefix> inside(JsonNode options, String name, int length) {
        return options.text(name).flatMap(Word::prefix).filter(p -> p.length() == length);
    }

    private static Optional<Long> seconds(JsonNode options, String name) {
        return options.text(name).flatMap(word -> Word.number(word, 1, Integer.MAX_VALUE));
    }
}
