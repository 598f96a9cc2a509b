package culvert.gateway.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.gateway.http.HttpAnswer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StatusPageTest {
    private static final int LARGEST_BYTES = 30_000;
    private static final String HOSTILE =
            "</td><script>alert('x')</script><img src=\"http://evil\" onerror=\"x\">&\u001b[2J\u202e";

    private final Tallies tallies = new Tallies();

    @Test
    void saysHowItIsInWords() {
        HttpAnswer answer =
                StatusPage.write(
                        SampleObservation.of(
                                tallies,
                                SampleObservation.tunnel("aws-1", SampleObservation.up(1, 0, 0)),
                                SampleObservation.tunnel(
                                        "aws-2", SampleObservation.connecting("no answer"))));
        assertEquals(200, answer.status());
        String page = answer.body();
        assertTrue(page.contains("<title>seoul-dc1: degraded</title>"), page);
        assertTrue(page.contains("1 of 2 tunnels up, 2 routes via aws-1"), page);
        assertTrue(page.contains("<b class=\"connecting\">connecting</b><br>no answer"), page);
    }

    @Test
    void wordsOfThePeerStayWords() {
        String page =
                StatusPage.write(
                                SampleObservation.of(
                                        tallies,
                                        SampleObservation.tunnel(
                                                HOSTILE, SampleObservation.connecting(HOSTILE))))
                        .body();
        assertFalse(page.contains("<script") || page.contains("<img"), page);
        assertFalse(page.contains("\u001b") || page.contains("\u202e"), page);
        assertTrue(page.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"), page);
    }

    @Test
    void loadsNothingAndAllowsItsOwnStyleAlone() throws NoSuchAlgorithmException {
        HttpAnswer answer =
                StatusPage.write(
                        SampleObservation.of(
                                tallies,
                                SampleObservation.tunnel("aws-1", SampleObservation.up(1, 0, 0))));
        String page = answer.body();
        for (String loading :
                new String[] {"src=", "http:", "https:", "url(", "@import", "style="}) {
            assertFalse(page.contains(loading), loading);
        }
        String style = page.substring(page.indexOf("<style>") + 7, page.indexOf("</style>"));
        String digest =
                Base64.getEncoder()
                        .encodeToString(
                                MessageDigest.getInstance("SHA-256")
                                        .digest(style.getBytes(StandardCharsets.UTF_8)));
        assertEquals(
                "default-src 'none'; style-src 'sha256-"
                        + digest
                        + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
                answer.headers().get("content-security-policy"));
    }

    @Test
    void staysSmallHoweverManyTunnels() {
        StatusReport.Tunnel[] tunnels =
                IntStream.range(0, 500)
                        .mapToObj(
                                i ->
                                        SampleObservation.tunnel(
                                                "tunnel-" + i,
                                                SampleObservation.connecting("\"".repeat(100_000))))
                        .toArray(StatusReport.Tunnel[]::new);
        String page = StatusPage.write(SampleObservation.of(tallies, tunnels)).body();
        int bytes = page.getBytes(StandardCharsets.UTF_8).length;
        assertTrue(bytes < LARGEST_BYTES, "bytes: " + bytes);
        assertTrue(page.contains("and " + (500 - StatusPage.MOST_ROWS) + " more"), page);
    }

    @Test
    void onlyADownGatewayFailsItsHealthCheck() {
        assertEquals(HttpAnswer.text(200, "ok"), HttpDesk.health(StatusReport.Health.OK));
        assertEquals(
                HttpAnswer.text(200, "degraded"), HttpDesk.health(StatusReport.Health.DEGRADED));
        assertEquals(HttpAnswer.text(503, "down"), HttpDesk.health(StatusReport.Health.DOWN));
    }
}
