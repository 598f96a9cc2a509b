package culvert.gateway.daemon;

import culvert.bgp.BgpPeerStatus;
import culvert.bgp.BgpState;
import culvert.ike.IkeSaStatus;
import culvert.ike.IkeTunnelStatus;
import culvert.ike.TunnelState;
import culvert.model.Encapsulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Status for people: the first line answers "is it fine?", a table follows, then every reason. */
final class StatusText {
    private static final List<String> HEADINGS =
            List.of("TUNNEL", "STATE", "FOR", "PEER", "IKE", "ESP", "BGP", "IN", "OUT", "DROPS");

    private StatusText() {}

    static String write(StatusReport report) {
        StringBuilder text = new StringBuilder(answer(report)).append('\n');
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADINGS);
        for (StatusReport.Tunnel tunnel : report.tunnels()) {
            rows.add(row(tunnel));
        }
        appendTable(text, rows);
        if (!report.neighbors().isEmpty()) {
            appendNeighbors(text, report);
        }
        for (StatusReport.Tunnel tunnel : report.tunnels()) {
            tunnel.reason()
                    .ifPresent(
                            reason ->
                                    text.append(tunnel.name())
                                            .append(": ")
                                            .append(reason)
                                            .append('\n'));
        }
        return text.toString();
    }

    private static void appendNeighbors(StringBuilder text, StatusReport report) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("NEIGHBOR", "BGP", "ADDRESS", "AS"));
        for (StatusReport.Neighbor neighbor : report.neighbors()) {
            rows.add(
                    List.of(
                            neighbor.bgp().peer(),
                            bgp(neighbor.bgp()),
                            neighbor.address().getHostAddress(),
                            Integer.toUnsignedString(neighbor.bgp().peerAsn())));
        }
        appendTable(text, rows);
    }

    private static String answer(StatusReport report) {
        return report.health().word() + ": " + summary(report);
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
        return "%d of %d tunnels up, %s"
                .formatted(report.tunnelsUp(), report.tunnels().size(), routes);
    }

    private static List<String> row(StatusReport.Tunnel tunnel) {
        IkeTunnelStatus ike = tunnel.ike();
        return List.of(
                tunnel.name(),
                word(tunnel.state()),
                ike.child().map(sa -> age(sa.establishedSeconds())).orElse("-"),
                ike.remote().getAddress().getHostAddress(),
                ike.ike().map(IkeSaStatus::suite).orElse("-"),
                ike.child().map(sa -> sa.suite().keyword()).orElse("-"),
                tunnel.bgp().map(StatusText::bgp).orElse("-"),
                bytes(tunnel.traffic().bytesIn()),
                bytes(tunnel.traffic().bytesOut()),
                Long.toString(tunnel.traffic().drops().values().stream().mapToLong(n -> n).sum()));
    }

    private static String bgp(BgpPeerStatus bgp) {
        return bgp.state() == BgpState.ESTABLISHED
                ? "%d in, %d out".formatted(bgp.accepted(), bgp.advertised())
                : bgp.state().toString();
    }

    /** Columns as wide as their widest cell; the first row holds the headings. */
    static void appendTable(StringBuilder text, List<List<String>> rows) {
        int[] widths = new int[rows.getFirst().size()];
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < widths.length; column++) {
                line.append(row.get(column))
                        .repeat(' ', widths[column] - row.get(column).length() + 2);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
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
