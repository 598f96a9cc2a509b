package culvert.config.aws;

import culvert.model.IpPrefix;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The customer gateway configuration: what AWS's API has as {@code CustomerGatewayConfiguration}.
 *
 * <pre>{@code
 * vpn_connection @id
 *   customer_gateway_id, vpn_gateway_id (empty on a transit gateway), vpn_connection_attributes
 *   ipsec_tunnel, mostly two of them
 *     customer_gateway, vpn_gateway
 *       tunnel_outside_address/ip_address
 *       tunnel_inside_address/ip_address, network_cidr
 *       bgp/asn, hold_time              not with static routing
 *     ike/lifetime, pre_shared_key
 *     ipsec/lifetime, dead_peer_detection/interval, retries
 * }</pre>
 *
 * <p>The algorithms in it are a minimum and not what AWS is set to accept, so they are not read.
 */
final class CustomerGatewayXml {
    private static final int IPV4_INSIDE_LENGTH = 30;
    private static final int IPV6_INSIDE_LENGTH = 126;

    private CustomerGatewayXml() {}

    static VpnConnection read(String document) throws UnreadableDocument {
        XmlElement root = XmlElement.parse(document);
        if (!root.name().equals("vpn_connection")) {
            throw new UnreadableDocument(
                    "this XML is not the customer gateway configuration of a VPN connection",
                    DocumentText.HOW_TO_GET_ONE.formatted("ID"));
        }
        List<XmlElement> tunnels = root.all("ipsec_tunnel");
        boolean bgp =
                tunnels.stream()
                        .anyMatch(tunnel -> tunnel.find("customer_gateway", "bgp").isPresent());
        boolean static_ =
                root.text("vpn_connection_attributes")
                        .filter("NoBGPVPNConnection"::equals)
                        .isPresent();
        return new VpnConnection(
                Word.plain(root.id()),
                Optional.empty(),
                root.text("customer_gateway_id").flatMap(Word::plain),
                root.text("vpn_gateway_id")
                        .or(() -> root.text("transit_gateway_id"))
                        .flatMap(Word::plain),
                static_ || !bgp,
                agreed(
                        tunnels,
                        Word::address,
                        "customer_gateway",
                        "tunnel_outside_address",
                        "ip_address"),
                agreed(tunnels, Word::asn, "customer_gateway", "bgp", "asn"),
                agreed(tunnels, Word::asn, "vpn_gateway", "bgp", "asn"),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                false,
                tunnels.stream().map(CustomerGatewayXml::tunnel).toList());
    }

    private static VpnTunnel tunnel(XmlElement tunnel) {
        return new VpnTunnel(
                tunnel.text("vpn_gateway", "tunnel_outside_address", "ip_address")
                        .flatMap(Word::address),
                insideBlock(tunnel),
                tunnel.text("ike", "pre_shared_key").flatMap(Word::key),
                seconds(tunnel, "ike", "lifetime"),
                seconds(tunnel, "ipsec", "lifetime"),
                seconds(tunnel, "ipsec", "dead_peer_detection", "interval"),
                seconds(tunnel, "ipsec", "dead_peer_detection", "retries"),
                seconds(tunnel, "customer_gateway", "bgp", "hold_time"),
                TunnelOptions.NONE);
    }

    private static Optional<IpPrefix> insideBlock(XmlElement tunnel) {
        return tunnel.text("customer_gateway", "tunnel_inside_address", "ip_address")
                .flatMap(Word::address)
                .map(
                        address ->
                                IpPrefix.containing(
                                        address,
                                        address.getAddress().length == 4
                                                ? IPV4_INSIDE_LENGTH
                                                : IPV6_INSIDE_LENGTH));
    }

    private static Optional<Long> seconds(XmlElement tunnel, String... path) {
        return tunnel.text(path).flatMap(word -> Word.number(word, 1, Integer.MAX_VALUE));
    }

    /** What all tunnels that say something say. */
    private static <T> Optional<T> agreed(
            List<XmlElement> tunnels, Function<String, Optional<T>> reader, String... path) {
        List<T> values =
                tunnels.stream()
                        .flatMap(tunnel -> tunnel.text(path).flatMap(reader).stream())
                        .distinct()
                        .toList();
        return values.size() == 1 ? Optional.of(values.getFirst()) : Optional.empty();
    }
}
