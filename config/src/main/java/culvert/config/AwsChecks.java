package culvert.config;

import culvert.ike.crypto.Encryption;
import culvert.ike.crypto.EspProposal;
import culvert.ike.crypto.IkeSuite;
import culvert.ike.crypto.KeyExchangeGroup;
import culvert.ike.crypto.KeyExchangeMethod;
import culvert.model.IpPrefix;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** The rules of AWS Site-to-Site VPN, for connections with a vpn-connection-id. */
final class AwsChecks {
    private static final IpPrefix INSIDE_IPV4 = IpPrefix.parse("169.254.0.0/16");
    private static final IpPrefix INSIDE_IPV6 = IpPrefix.parse("fd00::/8");

    /** Blocks that the tunnel option TunnelInsideCidr refuses. */
    private static final List<IpPrefix> RESERVED =
            List.of(
                    IpPrefix.parse("169.254.0.0/30"),
                    IpPrefix.parse("169.254.1.0/30"),
                    IpPrefix.parse("169.254.2.0/30"),
                    IpPrefix.parse("169.254.3.0/30"),
                    IpPrefix.parse("169.254.4.0/30"),
                    IpPrefix.parse("169.254.5.0/30"),
                    IpPrefix.parse("169.254.169.252/30"));

    /** AS numbers of AWS itself that CreateCustomerGateway refuses. */
    private static final Set<Long> RESERVED_ASNS = Set.of(7224L, 9059L, 10124L, 17943L);

    /** Shared between a provider and its customers, so behind a NAT too (RFC 6598). */
    private static final IpPrefix SHARED = IpPrefix.parse("100.64.0.0/10");

    private static final Duration LONGEST_IKE_LIFETIME = Duration.ofHours(8);
    private static final Duration LONGEST_ESP_LIFETIME = Duration.ofHours(1);
    private static final int TUNNELS = 2;

    /** Of a virtual private gateway; a transit gateway takes 1,000. */
    private static final int MOST_ADVERTISED = 100;

    private final Problems problems;

    private AwsChecks(Problems problems) {
        this.problems = problems;
    }

    static void check(GatewayDraft gateway, Problems problems) {
        AwsChecks checks = new AwsChecks(problems);
        boolean any = false;
        boolean bgp = false;
        for (ConnectionDraft connection : gateway.connections()) {
            if (connection.isAws()) {
                any = true;
                bgp |= connection.isBgp();
                checks.checkTunnels(connection);
                connection.tunnels().forEach(checks::checkTunnel);
            }
        }
        if (any) {
            checks.checkSite(gateway.site(), bgp);
        }
        int advertised = gateway.site().values(ConfigKeys.ADVERTISE).size();
        if (bgp && advertised > MOST_ADVERTISED) {
            problems.warning(
                    gateway.site().valueAt(ConfigKeys.ADVERTISE),
                    "%d prefixes are more than a virtual private gateway takes (%d), and it closes"
                                    .formatted(advertised, MOST_ADVERTISED)
                            + " the BGP session then",
                    "announce fewer, larger prefixes; a transit gateway takes 1000");
        }
    }

    private void checkSite(Fields site, boolean bgp) {
        Optional<Located<InetAddress>> outside = site.value(ConfigKeys.OUTSIDE_ADDRESS);
        outside.filter(address -> isPrivate(address.value()))
                .filter(address -> !site.isWritten(ConfigKeys.IDENTITY))
                .ifPresent(
                        address ->
                                problems.warning(
                                        address.at(),
                                        "outside-address %s is private, so AWS sees another address"
                                                .formatted(address.value().getHostAddress()),
                                        "write identity: with the address of the customer gateway in"
                                                + " AWS"));
        site.value(ConfigKeys.ASN)
                .filter(asn -> bgp && RESERVED_ASNS.contains(asn.value()))
                .ifPresent(
                        asn ->
                                problems.warning(
                                        asn.at(),
                                        "AWS keeps the AS number %d to itself"
                                                .formatted(asn.value()),
                                        "write the number of the customer gateway in AWS, such as"
                                                + " 65000"));
    }

    private static boolean isPrivate(InetAddress address) {
        return address.getAddress().length == 4
                && (address.isSiteLocalAddress() || SHARED.contains(address));
    }

    private void checkTunnels(ConnectionDraft connection) {
        int tunnels = connection.fields().itemCount(ConfigKeys.TUNNELS);
        Position at = connection.fields().keyAt(ConfigKeys.TUNNELS);
        if (tunnels == 1) {
            problems.warning(
                    at,
                    connection.label() + " has one tunnel, and AWS maintains one at a time",
                    "add the second tunnel of the connection");
        } else if (tunnels > TUNNELS) {
            problems.warning(
                    at,
                    "%s has %d tunnels, and an AWS VPN connection has two"
                            .formatted(connection.label(), tunnels),
                    "write one connection for each vpn-connection-id");
        }
    }

    private void checkTunnel(TunnelDraft tunnel) {
        tunnel.insideAddress().ifPresent(this::checkInside);
        checkLifetime(
                tunnel.ike().value(ConfigKeys.IKE_LIFETIME),
                "an IKE SA",
                LONGEST_IKE_LIFETIME,
                "8h");
        checkLifetime(
                tunnel.esp().value(ConfigKeys.ESP_LIFETIME),
                "a CHILD SA",
                LONGEST_ESP_LIFETIME,
                "1h");
        List<Located<IkeSuite>> ike = tunnel.ike().values(ConfigKeys.IKE_PROPOSALS);
        ike.forEach(this::checkIkeProposal);
        checkWeakest(ike, SettingChecks::isWeak);
        List<Located<EspProposal>> esp = tunnel.esp().values(ConfigKeys.ESP_PROPOSALS);
        esp.forEach(this::checkEspProposal);
        checkWeakest(esp, SettingChecks::isWeak);
        if (tunnel.bgp().isWritten(ConfigKeys.MD5_FILE)) {
            problems.warning(
                    tunnel.bgp().keyAt(ConfigKeys.MD5_FILE),
                    "AWS has no TCP MD5 key on VPN connections, so BGP would not come up",
                    "remove md5-file");
        }
    }

    private void checkInside(Located<InsideAddress> inside) {
        IpPrefix block = inside.value().block();
        IpPrefix range = block.isIpv4() ? INSIDE_IPV4 : INSIDE_IPV6;
        if (!range.covers(block)) {
            problems.error(
                    inside.at(),
                    "AWS has inside addresses in %s only".formatted(range),
                    "copy the inside address of the customer gateway from AWS");
        } else if (RESERVED.contains(block)) {
            problems.error(
                    inside.at(),
                    "AWS keeps the block %s to itself".formatted(block),
                    "copy the inside address of the customer gateway from AWS");
        } else if (!inside.value().local().equals(InsideAddress.secondHost(block))) {
            problems.warning(
                    inside.at(),
                    "AWS takes the first host of %s for itself".formatted(block),
                    "write %s/%d"
                            .formatted(
                                    InsideAddress.secondHost(block).getHostAddress(),
                                    block.length()));
        }
    }

    private void checkLifetime(
            Optional<Located<Duration>> lifetime, String which, Duration longest, String words) {
        lifetime.filter(value -> value.value().compareTo(longest) > 0)
                .ifPresent(
                        value ->
                                problems.warning(
                                        value.at(),
                                        "AWS ends %s after at most %s".formatted(which, words),
                                        "write lifetime: " + words));
    }

    /** AWS goes through its own list from the weakest on, and not through ours. */
    private <T> void checkWeakest(List<Located<T>> proposals, Predicate<T> isWeak) {
        List<Located<T>> weak =
                proposals.stream().filter(proposal -> isWeak.test(proposal.value())).toList();
        if (weak.size() == proposals.size()) {
            return;
        }
        for (Located<T> proposal : weak) {
            problems.warning(
                    proposal.at(),
                    "of several proposals AWS takes the weakest that it allows, which is this one",
                    "remove it, so that a stronger one is taken");
        }
    }

    private void checkIkeProposal(Located<IkeSuite> proposal) {
        Encryption encryption = proposal.value().encryption();
        if (encryption.keyBits() == 192) {
            notOffered(proposal.at(), encryption.keyword(), "aes256gcm16");
        }
        checkGroup(proposal.at(), proposal.value().group());
        checkAdditional(proposal.at(), proposal.value().additional());
    }

    private void checkAdditional(Position at, List<KeyExchangeMethod> additional) {
        if (!additional.isEmpty()) {
            problems.warning(
                    at,
                    "AWS has no additional key exchanges, and passes this proposal over",
                    "write another proposal without ke1_%s"
                            .formatted(additional.getFirst().keyword()));
        }
    }

    private void checkEspProposal(Located<EspProposal> proposal) {
        checkAdditional(proposal.at(), proposal.value().additional());
        proposal.value()
                .pfsGroup()
                .ifPresentOrElse(
                        group -> checkGroup(proposal.at(), group),
                        () ->
                                problems.warning(
                                        proposal.at(),
                                        "AWS wants a key exchange when a CHILD SA is rekeyed",
                                        "write %s-ecp384".formatted(proposal.value())));
    }

    private void checkGroup(Position at, KeyExchangeGroup group) {
        if (group == KeyExchangeGroup.CURVE25519) {
            notOffered(at, group.keyword(), "ecp384");
        }
    }

    private void notOffered(Position at, String keyword, String instead) {
        problems.warning(at, "AWS does not know " + keyword, "write " + instead);
    }
}
