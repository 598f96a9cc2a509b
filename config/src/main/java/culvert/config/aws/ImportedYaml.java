package culvert.config.aws;

import culvert.config.Placeholder;
import culvert.model.IpPrefix;
import culvert.model.Secret;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Connections of one customer gateway as a configuration file with comments. */
final class ImportedYaml {
    private static final Pattern CHECKED_ID = Pattern.compile("vpn-([0-9a-f]{8}|[0-9a-f]{17})");
    private static final Pattern SITE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    private static final int LONGEST_LABEL = 48;

    /** What AWS announces at most when it is not a virtual private gateway. */
    private static final int TRANSIT_GATEWAY_PREFIXES = 5000;

    private final List<VpnConnection> connections;
    private final String documentName;
    private final CommentedYaml yaml = new CommentedYaml();
    private final Map<String, Secret> keys = new LinkedHashMap<>();
    private final List<String> inAws = new ArrayList<>();
    private int tunnels;

    ImportedYaml(List<VpnConnection> connections, String documentName) {
        this.connections = connections;
        this.documentName = Word.plain(documentName).orElse("a document of AWS").replace("--", "-");
    }

    ImportedFiles files() {
        yaml.comment(
                        0,
                        "Written by 'culvert import aws' from %s. %s stands where only you know the"
                                        .formatted(documentName, Placeholder.WORD)
                                + " value; 'culvert check -c culvert.yaml' names every such place.")
                .line(0, "version: 1")
                .blank();
        site();
        yaml.blank().line(0, "connections:");
        Set<String> names = new HashSet<>();
        for (VpnConnection connection : connections) {
            connection(connection, name(connection, names));
        }
        return new ImportedFiles(yaml.toString(), keys, summary(), inAws);
    }

    private String summary() {
        return connections.size() == 1
                ? "%s, %s, %s"
                        .formatted(
                                connections.getFirst().name(),
                                connections.getFirst().isStatic() ? "static routing" : "BGP",
                                counted(tunnels, "tunnel"))
                : counted(connections.size(), "connection") + ", " + counted(tunnels, "tunnel");
    }

    private static String counted(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    private void site() {
        yaml.line(0, "site:")
                .key(
                        2,
                        "name",
                        first(VpnConnection::customerGatewayId)
                                .filter(id -> SITE_NAME.matcher(id).matches())
                                .orElse("site"));
        Optional<InetAddress> outside = first(VpnConnection::outsideAddress);
        if (outside.isPresent()) {
            String address = outside.get().getHostAddress();
            yaml.comment(
                            2,
                            "The address of the customer gateway in AWS. Behind a NAT write the"
                                    + " machine's own address as outside-address; identity stays"
                                    + " what AWS knows.")
                    .key(2, "outside-address", address)
                    .key(2, "identity", address);
        } else {
            yaml.fillIn(
                            2,
                            "the address that this machine has towards the Internet. Behind a NAT"
                                    + " add identity: with the address of the customer gateway in"
                                    + " AWS.")
                    .key(2, "outside-address", Placeholder.WORD);
        }
        if (connections.stream().allMatch(VpnConnection::isStatic)) {
            return;
        }
        asn(
                2,
                "asn",
                first(VpnConnection::siteAsn),
                "the AS number of the customer gateway in AWS");
        routerId(outside);
        List<IpPrefix> networks =
                connections.stream().flatMap(c -> c.siteNetwork().stream()).distinct().toList();
        if (networks.isEmpty()) {
            yaml.fillIn(
                    2,
                    "the networks of this site that AWS shall reach; nothing comes back to those"
                            + " that are not here.");
        }
        yaml.list(2, "advertise", networks.isEmpty() ? List.of(Placeholder.WORD) : networks);
    }

    /** By default it is the first IPv4 inside address. */
    private void routerId(Optional<InetAddress> outside) {
        boolean anyIpv4 =
                connections.stream()
                        .flatMap(connection -> connection.tunnels().stream())
                        .anyMatch(t -> t.insideBlock().filter(IpPrefix::isIpv4).isPresent());
        if (anyIpv4) {
            return;
        }
        Optional<InetAddress> id = outside.filter(address -> address.getAddress().length == 4);
        if (id.isEmpty()) {
            yaml.fillIn(2, "an IPv4 address of this site that no other BGP speaker has as its id.");
        }
        yaml.key(2, "router-id", id.map(InetAddress::getHostAddress).orElse(Placeholder.WORD));
    }

    private void asn(int indent, String key, Optional<Long> number, String what) {
        if (number.isEmpty()) {
            yaml.fillIn(indent, what + ".");
        }
        yaml.key(indent, key, number.map(String::valueOf).orElse(Placeholder.WORD));
    }

    private <T> Optional<T> first(Function<VpnConnection, Optional<T>> what) {
        return connections.stream().flatMap(c -> what.apply(c).stream()).findFirst();
    }

    /** The tag in AWS where it can be a name. */
    private String name(VpnConnection connection, Set<String> taken) {
        String label =
                connection
                        .label()
                        .map(tag -> tag.replaceAll("[^A-Za-z0-9._-]+", "-"))
                        .map(tag -> tag.replaceAll("^[^A-Za-z0-9]+|[^A-Za-z0-9]+$", ""))
                        .map(tag -> tag.substring(0, Math.min(LONGEST_LABEL, tag.length())))
                        .filter(tag -> !tag.isEmpty())
                        .orElse("aws");
        String name = label;
        for (int number = 2; !taken.add(name); number++) {
            name = label + number;
        }
        return name;
    }

    private void connection(VpnConnection connection, String name) {
        yaml.line(2, "- name: " + name);
        connection
                .id()
                .filter(id -> CHECKED_ID.matcher(id).matches())
                .ifPresentOrElse(
                        id -> yaml.key(4, "vpn-connection-id", id),
                        () -> yaml.comment(4, "The document has no id of an AWS VPN connection."));
        connection.gateway().ifPresent(id -> yaml.comment(4, "AWS's end is " + id + "."));
        if (connection.isStatic()) {
            staticRouting(connection);
        } else {
            yaml.line(4, "routing: bgp");
            asn(4, "peer-asn", connection.peerAsn(), "the AS number of AWS's end");
            if (!connection.endsAtVirtualPrivateGateway()) {
                yaml.comment(4, "A transit gateway announces up to this many.")
                        .key(4, "max-prefixes", TRANSIT_GATEWAY_PREFIXES);
            }
        }
        boolean optionsKnown =
                connection.tunnels().stream().anyMatch(t -> t.options().namesAlgorithms());
        yaml.comment(4, optionsKnown ? TunnelYaml.KNOWN_ALGORITHMS : TunnelYaml.MINIMUM_ALGORITHMS);
        yaml.line(4, "tunnels:");
        int number = 1;
        for (VpnTunnel tunnel : inStableOrder(connection.tunnels())) {
            String tunnelName = name + "-" + number++;
            tunnel.preSharedKey().ifPresent(key -> keys.put(tunnelName, key));
            new TunnelYaml(yaml, inAws, connection, tunnel).write(tunnelName, "cv" + tunnels++);
        }
        boolean narrow = connection.awsNetwork().or(connection::siteNetwork).isPresent();
        if (narrow && !connection.isStatic()) {
            inAws.add(
                    "%s has narrow local and remote network CIDRs, which leave BGP out: set both to"
                                    .formatted(connection.name())
                            + " everything (0.0.0.0/0, or ::/0)");
        }
    }

    private void staticRouting(VpnConnection connection) {
        yaml.line(4, "routing: static");
        if (!connection.siteRoutes().isEmpty()) {
            yaml.comment(
                    4,
                    "AWS sends this site: "
                            + String.join(
                                    ", ",
                                    connection.siteRoutes().stream()
                                            .map(IpPrefix::toString)
                                            .toList()));
        }
        if (connection.awsNetwork().isEmpty()) {
            yaml.fillIn(
                    4, "the networks behind AWS's end, such as the VPC's; no document has them.");
        }
        yaml.list(
                4,
                "static-routes",
                List.of(connection.awsNetwork().map(IpPrefix::toString).orElse(Placeholder.WORD)));
    }

    /** Documents list the tunnels now this way and now that; names must not change with it. */
    private static List<VpnTunnel> inStableOrder(List<VpnTunnel> tunnels) {
        Comparator<VpnTunnel> byPeer =
                Comparator.comparing(
                        tunnel ->
                                tunnel.peerAddress()
                                        .map(InetAddress::getAddress)
                                        .orElse(new byte[0]),
                        java.util.Arrays::compareUnsigned);
        return tunnels.stream().sorted(byPeer).toList();
    }
}
