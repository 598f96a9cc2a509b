package culvert.config.aws;

import culvert.config.Placeholder;
import culvert.model.IpPrefix;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One tunnel of the written file. */
final class TunnelYaml {
    /** For a connection of which only the XML is known. */
    static final String MINIMUM_ALGORITHMS =
            "AWS's document names a minimum only, as a rule AES-128-CBC, SHA-1 and group 2, and AWS"
                    + " accepts better unless its tunnel options were narrowed: so each tunnel"
                    + " proposes AES-256-GCM with group 20 (ecp384), and sound fallbacks after it."
                    + " AWS chooses by an order of its own: when 'culvert status' shows a fallback,"
                    + " remove all proposals but the first.";

    static final String KNOWN_ALGORITHMS =
            "The proposals are the strongest that AWS's tunnel options accept, and only these,"
                    + " because AWS chooses by an order of its own.";

    private static final List<String> IKE_PROPOSALS =
            List.of(
                    "aes256gcm16-prfsha384-ecp384",
                    "aes256gcm16-prfsha384-ecp256",
                    "aes128gcm16-prfsha256-ecp256",
                    "aes256-sha256-modp2048");
    private static final List<String> ESP_PROPOSALS =
            List.of(
                    "aes256gcm16-ecp384",
                    "aes256gcm16-ecp256",
                    "aes128gcm16-ecp256",
                    "aes256gcm16-modp2048");

    private static final int INDENT = 8;
    private static final long SHORTEST_LIFETIME_SECONDS = 10;
    private static final long LONGEST_LIFETIME_SECONDS = 86_400;
    private static final long LONGEST_DPD_SECONDS = 3_600;
    private static final long DPD_INTERVAL_SECONDS = 10;
    private static final long DPD_TIMEOUT_SECONDS = 30;
    private static final long HOLD_TIME_SECONDS = 30;
    private static final long SHORTEST_HOLD_TIME_SECONDS = 3;
    private static final long LONGEST_HOLD_TIME_SECONDS = 65_535;
    private static final long REPLAY_WINDOW = 1024;
    private static final long REPLAY_WINDOW_STEP = 32;

    private final CommentedYaml yaml;
    private final List<String> inAws;
    private final VpnConnection connection;
    private final VpnTunnel tunnel;

    /** Appends to both. */
    TunnelYaml(CommentedYaml yaml, List<String> inAws, VpnConnection connection, VpnTunnel tunnel) {
        this.yaml = yaml;
        this.inAws = inAws;
        this.connection = connection;
        this.tunnel = tunnel;
    }

    void write(String name, String interfaceName) {
        yaml.line(INDENT - 2, "- name: " + name).key(INDENT, "interface", interfaceName);
        if (tunnel.peerAddress().isEmpty()) {
            yaml.fillIn(INDENT, "the outside address of this tunnel in AWS.");
        }
        yaml.key(
                INDENT,
                "peer-address",
                tunnel.peerAddress().map(InetAddress::getHostAddress).orElse(Placeholder.WORD));
        if (connection.usesCertificates() && tunnel.preSharedKey().isEmpty()) {
            certificates();
        } else {
            preSharedKey(name);
        }
        if (tunnel.insideBlock().isEmpty()) {
            yaml.fillIn(INDENT, "the inside address of the customer gateway in this tunnel.");
        }
        yaml.key(
                INDENT,
                "inside-address",
                tunnel.insideBlock().map(TunnelYaml::secondHost).orElse(Placeholder.WORD));
        selectors();
        ike(name);
        esp(name);
        liveness();
        bgp();
    }

    /** AWS takes the first host of the block. */
    private static String secondHost(IpPrefix block) {
        byte[] octets = block.network().getAddress();
        octets[octets.length - 1] |= 2;
        try {
            return InetAddress.getByAddress(octets).getHostAddress() + "/" + block.length();
        } catch (java.net.UnknownHostException e) {
            throw new IllegalStateException("an address has 4 or 16 octets", e);
        }
    }

    private void preSharedKey(String name) {
        if (tunnel.preSharedKey().isEmpty()) {
            String where =
                    connection
                            .keyArn()
                            .map(arn -> "AWS keeps it in Secrets Manager, in %s.".formatted(arn))
                            .orElse("Look it up in the tunnel options in AWS.");
            yaml.fillIn(
                    INDENT,
                    "the document has no pre-shared key of this tunnel. %s Write the key, and nothing"
                                    .formatted(where)
                            + " else, into this file with mode 0600.");
        }
        yaml.line(INDENT, "pre-shared-key: {file: %s}".formatted(ImportedFiles.keyFile(name)));
    }

    /** AWS hands none of these out: they come from AWS Private CA and AWS Certificate Manager. */
    private void certificates() {
        yaml.fillIn(
                INDENT,
                "CN= and the domain name of this tunnel's certificate, which AWS Certificate Manager"
                        + " shows; AWS proves itself by that name.");
        yaml.key(INDENT, "peer-identity", Placeholder.WORD);
        yaml.fillIn(
                INDENT,
                "put our certificate there, and behind it the subordinate authority of AWS Private"
                        + " CA that issued it.");
        yaml.line(INDENT, "certificate: {file: certificates/gateway.pem}");
        yaml.fillIn(INDENT, "put its private key there, with mode 0600.");
        yaml.line(INDENT, "private-key: {file: secrets/gateway.key}");
        yaml.fillIn(INDENT, "put the authority there that issued the certificate of AWS's end.");
        yaml.line(INDENT, "certificate-authorities: {file: certificates/authorities.pem}");
    }

    /** With BGP the selectors must admit the inside addresses, so there they stay open. */
    private void selectors() {
        if (!connection.isStatic()) {
            return;
        }
        connection
                .siteNetwork()
                .ifPresent(network -> yaml.list(INDENT, "local-selectors", List.of(network)));
        connection
                .awsNetwork()
                .ifPresent(network -> yaml.list(INDENT, "remote-selectors", List.of(network)));
    }

    private boolean isNarrow() {
        return connection.isStatic()
                && connection.siteNetwork().or(connection::awsNetwork).isPresent();
    }

    private void ike(String name) {
        yaml.line(INDENT, "ike:");
        TunnelOptions options = tunnel.options();
        if (options.excludesIkev2()) {
            inAws.add("the tunnel options of %s allow IKEv1 only: allow ikev2".formatted(name));
            yaml.comment(INDENT + 2, "AWS's tunnel options allow IKEv1 only: allow ikev2 there.");
        }
        proposals(
                options.namesAlgorithms()
                        ? options.strongestIke().stream().toList()
                        : IKE_PROPOSALS,
                "AWS's tunnel options allow no IKE algorithms that Culvert has: allow"
                        + " AES256-GCM-16, SHA2-384 and group 20 there.");
        lifetime(tunnel.ikeLifetimeSeconds());
    }

    private void esp(String name) {
        yaml.line(INDENT, "esp:");
        TunnelOptions options = tunnel.options();
        List<String> esp =
                options.namesAlgorithms()
                        ? options.strongestEsp().stream().toList()
                        : ESP_PROPOSALS;
        if (esp.isEmpty()) {
            inAws.add(
                    "the tunnel options of %s allow no AES-GCM in phase 2: allow AES256-GCM-16"
                            .formatted(name));
        }
        proposals(
                esp,
                "AWS's tunnel options allow no AES-GCM in phase 2, and Culvert's ESP has nothing"
                        + " else: allow AES256-GCM-16 there, then write aes256gcm16 and a group.");
        lifetime(tunnel.espLifetimeSeconds());
        options.replayWindow()
                .filter(packets -> packets != REPLAY_WINDOW)
                .map(p -> Math.ceilDiv(p, REPLAY_WINDOW_STEP) * REPLAY_WINDOW_STEP)
                .ifPresent(packets -> yaml.key(INDENT + 2, "replay-window", packets));
    }

    private void proposals(List<String> proposals, String otherwise) {
        if (proposals.isEmpty()) {
            yaml.fillIn(INDENT + 2, otherwise);
            yaml.list(INDENT + 2, "proposals", List.of(Placeholder.WORD));
            return;
        }
        if (proposals.size() == 1) {
            yaml.list(INDENT + 2, "proposals", proposals);
            return;
        }
        yaml.line(INDENT + 2, "proposals:");
        proposals.forEach(proposal -> yaml.line(INDENT + 4, "- " + proposal));
    }

    private void lifetime(Optional<Long> seconds) {
        seconds.filter(s -> s >= SHORTEST_LIFETIME_SECONDS && s <= LONGEST_LIFETIME_SECONDS)
                .ifPresent(s -> yaml.key(INDENT + 2, "lifetime", duration(s)));
    }

    private static String duration(long seconds) {
        if (seconds % 3600 == 0) {
            return seconds / 3600 + "h";
        }
        return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }

    private void liveness() {
        List<String> lines = new ArrayList<>();
        long interval = tunnel.dpdIntervalSeconds().orElse(DPD_INTERVAL_SECONDS);
        long timeout = tunnel.dpdRetries().map(r -> r * interval).orElse(DPD_TIMEOUT_SECONDS);
        boolean isUsable = interval <= LONGEST_DPD_SECONDS && timeout <= 2 * LONGEST_DPD_SECONDS;
        boolean isDefault = interval == DPD_INTERVAL_SECONDS && timeout == DPD_TIMEOUT_SECONDS;
        if (isUsable && !isDefault && timeout > interval) {
            lines.add("dpd-interval: " + duration(interval));
            lines.add("dpd-timeout: " + duration(timeout));
        }
        if (isNarrow()) {
            lines.add("probe-interval: null");
        }
        if (!lines.isEmpty()) {
            yaml.line(INDENT, "liveness:");
        }
        if (isNarrow()) {
            yaml.comment(
                    INDENT + 2,
                    "The path probe runs between the inside addresses, which AWS's local and remote"
                            + " network CIDRs leave out; set both to 0.0.0.0/0 there to have it.");
        }
        lines.forEach(line -> yaml.line(INDENT + 2, line));
    }

    private void bgp() {
        tunnel.holdTimeSeconds()
                .filter(seconds -> !connection.isStatic() && seconds != HOLD_TIME_SECONDS)
                .filter(
                        seconds ->
                                seconds >= SHORTEST_HOLD_TIME_SECONDS
                                        && seconds <= LONGEST_HOLD_TIME_SECONDS)
                .ifPresent(
                        seconds ->
                                yaml.line(
                                        INDENT,
                                        "bgp: {hold-time: %s}".formatted(duration(seconds))));
    }
}
