package culvert.gateway.daemon;

import culvert.bgp.BgpPeerStatus;
import culvert.bgp.BgpState;
import culvert.esp.DropReason;
import culvert.gateway.log.CleanText;
import culvert.gateway.revocation.RevocationListStatus;
import culvert.ike.CertificateStatus;
import culvert.ike.IkeTunnelStatus;
import culvert.ike.TunnelState;
import culvert.model.Encapsulation;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Status for people: the first line answers "is it fine?", then comes a block per tunnel. */
final class StatusText {
    private StatusText() {}

    /**
     * @param activity of each tunnel, by name
     */
    static String write(
            StatusReport report, Map<String, TunnelActivity> activity, LastLook.Since since) {
        StringBuilder text = new StringBuilder();
        for (String line :
                Paragraph.wrap(
                        report.health().word() + ": " + summary(report), Paragraph.COLUMNS)) {
            text.append(line).append('\n');
        }
        report.config().remark().ifPresent(remark -> Paragraph.append(text, "config", remark));
        for (StatusReport.Tunnel tunnel : report.tunnels()) {
            text.append('\n');
            block(text, tunnel, activity.getOrDefault(tunnel.name(), TunnelActivity.NONE), since);
        }
        for (StatusReport.Neighbor neighbor : report.neighbors()) {
            block(text, neighbor);
        }
        return text.toString();
    }

    private static void block(StringBuilder text, StatusReport.Neighbor neighbor) {
        text.append('\n');
        Paragraph.heading(
                text,
                "neighbor " + neighbor.bgp().peer(),
                neighbor.address().getHostAddress(),
                "AS " + Integer.toUnsignedString(neighbor.bgp().peerAsn()));
        Paragraph.append(text, "bgp", bgp(neighbor.bgp()));
    }

    /** The first line without its first word. */
    static String summary(StatusReport report) {
        return lasting(report) + ", running for " + age(report.uptimeSeconds());
    }

    /** The part of it that changes with the tunnels only, not with time. */
    static String lasting(StatusReport report) {
        String routes =
                report.activeTunnel()
                        .map(
                                tunnel ->
                                        "%d %s via %s"
                                                .formatted(
                                                        report.installedRoutes(),
                                                        report.installedRoutes() == 1
                                                                ? "route"
                                                                : "routes",
                                                        tunnel))
                        .orElse("no route carries traffic");
        return "%d of %d tunnels up, %s%s"
                .formatted(report.tunnelsUp(), report.tunnels().size(), bgp(report), routes);
    }

    private static String bgp(StatusReport report) {
        List<BgpPeerStatus> sessions =
                report.tunnels().stream().flatMap(t -> t.bgp().stream()).toList();
        long up = sessions.stream().filter(s -> s.state() == BgpState.ESTABLISHED).count();
        return sessions.isEmpty() ? "" : "BGP %d of %d, ".formatted(up, sessions.size());
    }

    private static void block(
            StringBuilder text,
            StatusReport.Tunnel tunnel,
            TunnelActivity activity,
            LastLook.Since since) {
        IkeTunnelStatus ike = tunnel.ike();
        Paragraph.heading(
                text,
                tunnel.name(),
                word(tunnel.state())
                        + ike.child().map(sa -> " for " + age(sa.establishedSeconds())).orElse(""),
                ike.peerText(),
                tunnel.interfaceName());
        tunnel.reason().ifPresent(why -> Paragraph.append(text, "why", CleanText.of(why)));
        if (ike.nextAttemptSeconds().isPresent()) {
            Paragraph.append(
                    text,
                    "next",
                    "attempt %d in %s"
                            .formatted(
                                    ike.attempts() + 1, age(ike.nextAttemptSeconds().getAsLong())));
        }
        ike.ike()
                .ifPresent(
                        sa ->
                                Paragraph.append(
                                        text,
                                        "ike",
                                        "%s%s, %s, rekey in %s"
                                                .formatted(
                                                        sa.suite(),
                                                        sa.ppk() ? " with PPK" : "",
                                                        sa.role(),
                                                        age(sa.rekeyInSeconds()))));
        ike.child()
                .ifPresent(
                        sa ->
                                Paragraph.append(
                                        text,
                                        "esp",
                                        "%s, rekey in %s, %s, %s, MTU %d"
                                                .formatted(
                                                        sa.suite().keyword(),
                                                        age(sa.rekeyInSeconds()),
                                                        outside(ike),
                                                        ike.natDetected()
                                                                ? "we are behind a NAT"
                                                                : "no NAT",
                                                        tunnel.mtuBytes())));
        long unixSeconds = TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
        for (CertificateStatus certificate : ike.certificates()) {
            Paragraph.append(text, "cert", CertificateLine.of(certificate, unixSeconds));
        }
        for (RevocationListStatus list : tunnel.revocationLists()) {
            Paragraph.append(text, "crl", RevocationListLine.of(list, unixSeconds));
        }
        Paragraph.append(text, "data", DataplaneText.write(tunnel));
        Paragraph.append(
                text,
                "in",
                flow(
                        tunnel.traffic().bytesIn(),
                        tunnel.traffic().packetsIn(),
                        activity.rates().bytesIn(),
                        activity.lastInSeconds()));
        Paragraph.append(
                text,
                "out",
                flow(
                        tunnel.traffic().bytesOut(),
                        tunnel.traffic().packetsOut(),
                        activity.rates().bytesOut(),
                        activity.lastOutSeconds()));
        tunnel.bgp().ifPresent(bgp -> Paragraph.append(text, "bgp", bgp(bgp)));
        Paragraph.append(text, "drops", drops(tunnel, since));
    }

    private static String outside(IkeTunnelStatus ike) {
        return switch (ike.encapsulation()) {
            case UDP -> "in UDP";
            case ESP -> "in ESP";
            case AUTO -> "in UDP behind a NAT";
        };
    }

    private static String flow(
            long bytes, long packets, long bytesPerSecond, OptionalLong lastSeconds) {
        return "%s in %d packets, %s/s, %s"
                .formatted(
                        bytes(bytes),
                        packets,
                        bytes(bytesPerSecond),
                        lastSeconds.isPresent()
                                ? "last " + age(lastSeconds.getAsLong()) + " ago"
                                : "none yet");
    }

    private static String bgp(BgpPeerStatus bgp) {
        String session =
                bgp.establishedNanos().isPresent()
                        ? " for " + age(bgp.establishedNanos().getAsLong() / 1_000_000_000)
                        : "";
        return "%s%s, %d received, %d accepted, %d advertised"
                .formatted(bgp.state(), session, bgp.received(), bgp.accepted(), bgp.advertised());
    }

    private static String drops(StatusReport.Tunnel tunnel, LastLook.Since since) {
        Map<DropReason, Long> lately = since.of(tunnel.name());
        String when =
                since.seconds().isPresent()
                        ? " since the last look " + age(since.seconds().getAsLong()) + " ago"
                        : "";
        String list =
                lately.isEmpty()
                        ? "none"
                        : new TreeMap<>(lately)
                                .entrySet().stream()
                                        .map(e -> e.getKey().jsonName() + " " + e.getValue())
                                        .collect(Collectors.joining(", "));
        long all = tunnel.traffic().drops().values().stream().mapToLong(n -> n).sum();
        return list + when + (since.seconds().isPresent() ? ", " + all + " in all" : "");
    }

    /** The word of the JSON schema. */
    static String word(TunnelState state) {
        return switch (state) {
            case UP -> "up";
            case CONNECTING -> "connecting";
            case DOWN -> "down";
        };
    }

    static String word(Encapsulation encapsulation) {
        return switch (encapsulation) {
            case UDP -> "udp";
            case ESP -> "esp";
            case AUTO -> "auto";
        };
    }

    /** Two units at most: {@code 12s}, {@code 4m30s}, {@code 2d3h}. */
    static String age(long seconds) {
        Duration age = Duration.ofSeconds(seconds);
        if (age.toDays() > 0) {
            return age.toDays() + "d" + age.toHoursPart() + "h";
        }
        if (age.toHours() > 0) {
            return age.toHours() + "h" + age.toMinutesPart() + "m";
        }
        if (age.toMinutes() > 0) {
            return age.toMinutes() + "m" + age.toSecondsPart() + "s";
        }
        return seconds + "s";
    }

    /** Decimal units, as operators of networks count: {@code 999B}, {@code 1.5kB}, {@code 20MB}. */
    static String bytes(long bytes) {
        if (bytes < 1000) {
            return bytes + "B";
        }
        double value = bytes;
        int unit = -1;
        while (value >= 1000 && unit < 4) {
            value /= 1000;
            unit++;
        }
        String number = String.format(Locale.ROOT, value < 10 ? "%.1f" : "%.0f", value);
        return number + "kMGTP".charAt(unit) + "B";
    }
}
