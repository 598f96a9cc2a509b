package culvert.config;

import culvert.ike.crypto.Encryption;
import culvert.ike.crypto.EspProposal;
import culvert.ike.crypto.IkeSuite;
import culvert.ike.crypto.KeyExchangeGroup;
import culvert.model.IpPrefix;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

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
        boolean bgp = false;
        for (ConnectionDraft connection : gateway.connections()) {
            if (connection.isAws()) {
                bgp |= connection.isBgp();
                checks.checkTunnels(connection);
                connection.tunnels().forEach(checks::checkTunnel);
            }
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
        tunnel.ike().values(ConfigKeys.IKE_PROPOSALS).forEach(this::checkIkeProposal);
        tunnel.esp().values(ConfigKeys.ESP_PROPOSALS).forEach(this::checkEspProposal);
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

    private void checkIkeProposal(Located<IkeSuite> proposal) {
        Encryption encryption = proposal.value().encryption();
        if (encryption.keyBits() == 192) {
            notOffered(proposal.at(), encryption.keyword(), "aes256gcm16");
        }
        checkGroup(proposal.at(), proposal.value().group());
    }

    private void checkEspProposal(Located<EspProposal> proposal) {
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
