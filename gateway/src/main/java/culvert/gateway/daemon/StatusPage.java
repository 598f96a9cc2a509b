package culvert.gateway.daemon;

import culvert.gateway.http.HttpAnswer;
import culvert.gateway.log.CleanText;
import culvert.gateway.metrics.BgpPeerSample;
import culvert.ike.IkeSaStatus;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * The status as one page for a browser: read-only, without scripts or anything loaded from
 * elsewhere, and every word on it escaped.
 */
final class StatusPage {
    /** Rows beyond these are counted, so that the page stays small. */
    static final int MOST_ROWS = 20;

    private static final int LONGEST_REASON_CHARACTERS = 160;
    private static final int REFRESH_SECONDS = 5;

    private static final String STYLE =
            "body{font:15px/1.5 system-ui,sans-serif;margin:2em auto;max-width:72em;padding:0 1em;"
                    + "color:#222;background:#fff}"
                    + "table{border-collapse:collapse;width:100%}"
                    + "th,td{text-align:left;padding:.35em .7em;border-bottom:1px solid #ddd}"
                    + "td.n{text-align:right;font-variant-numeric:tabular-nums}"
                    + ".ok,.up{color:#176b2c}.degraded,.connecting{color:#8a5a00}.down{color:#a11}"
                    + "h1 b,td b{text-transform:uppercase}"
                    + "@media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}"
                    + "th,td{border-color:#444}a{color:#8bf}"
                    + ".ok,.up{color:#6c8}.degraded,.connecting{color:#eb5}.down{color:#f77}}";

    private static final Map<String, String> HEADERS =
            Map.of(
                    "content-security-policy",
                    "default-src 'none'; style-src 'sha256-"
                            + digest(STYLE)
                            + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
                    "referrer-policy",
                    "no-referrer",
                    "refresh",
                    Integer.toString(REFRESH_SECONDS));

    private static final List<String> HEADINGS =
            List.of("Tunnel", "State", "For", "Peer", "IKE", "ESP", "In", "Out", "Drops", "BGP");

    private StatusPage() {}

    static HttpAnswer write(Observation now) {
        StringBuilder page = new StringBuilder(8192);
        page.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
                .append("<meta name=\"viewport\" content=\"width=device-width\"><title>")
                .append(escape(now.site()))
                .append(": ")
                .append(now.report().health().word())
                .append("</title><style>")
                .append(STYLE)
                .append("</style></head><body>\n");
        appendHead(page, now);
        appendTunnels(page, now);
        appendNeighbors(page, now);
        page.append("<p><a href=\"/metrics\">metrics</a> <a href=\"/healthz\">health</a> Culvert ")
                .append(escape(Version.CULVERT))
                .append(", configuration ")
                .append(escape(now.configHash()))
                .append("</p>\n</body></html>\n");
        return new HttpAnswer(200, "text/html; charset=utf-8", HEADERS, page.toString());
    }

    private static void appendHead(StringBuilder page, Observation now) {
        String health = now.report().health().word();
        page.append("<h1>").append(escape(now.site())).append(" is <b class=\"").append(health);
        page.append("\">").append(health).append("</b></h1>\n<p>");
        page.append(escape(StatusText.summary(now.report()))).append("</p>\n");
        now.report()
                .config()
                .remark()
                .ifPresent(remark -> page.append("<p>").append(shortened(remark)).append("</p>\n"));
    }

    private static String shortened(String text) {
        return escape(text.substring(0, Math.min(LONGEST_REASON_CHARACTERS, text.length())));
    }

    private static void appendNeighbors(StringBuilder page, Observation now) {
        List<BgpPeerSample> neighbors =
                now.bgpPeers().stream().filter(BgpPeerSample::isNeighbor).toList();
        for (BgpPeerSample neighbor : neighbors.subList(0, Math.min(MOST_ROWS, neighbors.size()))) {
            page.append("<p>Neighbor ").append(escape(neighbor.name() + " (" + neighbor.peer()));
            page.append("): ").append(escape(session(neighbor))).append("</p>\n");
        }
    }

    private static String session(BgpPeerSample peer) {
        return peer.state() + ", " + peer.accepted() + " prefixes";
    }

    private static void appendTunnels(StringBuilder page, Observation now) {
        page.append("<table><thead><tr>");
        HEADINGS.forEach(heading -> page.append("<th>").append(heading).append("</th>"));
        page.append("</tr></thead><tbody>\n");
        List<StatusReport.Tunnel> tunnels = now.report().tunnels();
        for (StatusReport.Tunnel tunnel : tunnels.subList(0, Math.min(MOST_ROWS, tunnels.size()))) {
            appendRow(page, now, tunnel);
        }
        page.append("</tbody></table>\n");
        if (tunnels.size() > MOST_ROWS) {
            page.append("<p>and ")
                    .append(tunnels.size() - MOST_ROWS)
                    .append(" more: culvert status</p>\n");
        }
    }

    private static void appendRow(StringBuilder page, Observation now, StatusReport.Tunnel tunnel) {
        String state = StatusText.word(tunnel.state());
        page.append("<tr><td>").append(escape(tunnel.name())).append("</td><td><b class=\"");
        page.append(state).append("\">").append(state).append("</b>");
        tunnel.reason().ifPresent(reason -> page.append("<br>").append(shortened(reason)));
        page.append("</td>");
        cell(
                page,
                tunnel.ike()
                        .child()
                        .map(sa -> StatusText.age(sa.establishedSeconds()))
                        .orElse("-"));
        cell(page, tunnel.ike().peerText());
        cell(page, tunnel.ike().ike().map(IkeSaStatus::suite).orElse("-"));
        cell(page, tunnel.ike().child().map(sa -> sa.suite().keyword()).orElse("-"));
        number(page, StatusText.bytes(tunnel.traffic().bytesIn()));
        number(page, StatusText.bytes(tunnel.traffic().bytesOut()));
        number(
                page,
                Long.toString(tunnel.traffic().drops().values().stream().mapToLong(n -> n).sum()));
        cell(
                page,
                now.bgpPeers().stream()
                        .filter(peer -> !peer.isNeighbor() && peer.name().equals(tunnel.name()))
                        .map(StatusPage::session)
                        .findFirst()
                        .orElse("-"));
        page.append("</tr>\n");
    }

    private static void cell(StringBuilder page, String text) {
        page.append("<td>").append(escape(text)).append("</td>");
    }

    private static void number(StringBuilder page, String text) {
        page.append("<td class=\"n\">").append(escape(text)).append("</td>");
    }

    /** Safe between tags and between double quotes, and free of control characters. */
    static String escape(String unclean) {
        String text = CleanText.of(unclean);
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            switch (character) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.append(character);
            }
        }
        return escaped.toString();
    }

    /** Content Security Policy Level 3, 6.7.3.3: the one style that may apply, by its digest. */
    private static String digest(String style) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(style.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
