package culvert.gateway.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.gateway.metrics.ParsedExposition;
import culvert.gateway.metrics.ProcessMetrics;
import culvert.gateway.revocation.RevocationListStatus;
import culvert.ike.certificate.CertificateProblem;
import culvert.ike.certificate.CertificateReader;
import culvert.ike.certificate.DistributionPoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What operators see of a revocation list that is fetched. */
class RevocationListLineTest {
    private static final long NOW = 1_800_000_000L;
    private static final DistributionPoint POINT =
            new DistributionPoint("http://crl.example.com/root.crl", authority());
    private static final String WHOSE =
            "of C=KR,O=Example,CN=Authority from http://crl.example.com/root.crl, ";

    private static X509Certificate authority() {
        try (InputStream in =
                RevocationListLineTest.class.getResourceAsStream(
                        "/culvert/gateway/revocation/authority.pem")) {
            if (in == null) {
                throw new AssertionError("authority.pem is missing");
            }
            return CertificateReader.certificates(in.readAllBytes()).getFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (CertificateProblem e) {
            throw new AssertionError(e);
        }
    }

    private static RevocationListStatus awaited(int failures, String failure) {
        return new RevocationListStatus(
                POINT,
                OptionalLong.empty(),
                OptionalLong.empty(),
                failures == 0 ? OptionalLong.empty() : OptionalLong.of(NOW + 5),
                failures,
                failures == 0 ? Optional.empty() : Optional.of(failure));
    }

    private static RevocationListStatus held(long leftSeconds, int failures) {
        return new RevocationListStatus(
                POINT,
                OptionalLong.of(NOW - 90),
                OptionalLong.of(NOW + leftSeconds),
                OptionalLong.of(NOW + 3600),
                failures,
                failures == 0 ? Optional.empty() : Optional.of("nobody listens there; check it"));
    }

    static Stream<Arguments> lines() {
        return Stream.of(
                Arguments.of(awaited(0, ""), WHOSE + "NOT FETCHED YET (being asked for)"),
                Arguments.of(
                        awaited(1, "it is\nno list"),
                        WHOSE
                                + "NOT FETCHED YET - 1 attempt failed: it is\\u{a}no list (next attempt in 5s)"),
                Arguments.of(
                        held(0, 0),
                        WHOSE
                                + "fetched 1m30s ago, until 2027-01-15 08:00 UTC (next attempt in 1h0m)"),
                Arguments.of(
                        held(-60, 3),
                        WHOSE
                                + "fetched 1m30s ago, until 2027-01-15 07:59 UTC - OUTDATED - 3 attempts failed:"
                                + " nobody listens there; check it (next attempt in 1h0m)"));
    }

    @ParameterizedTest
    @MethodSource("lines")
    void saysWhenItCameUntilWhenItHoldsAndWhatFailed(RevocationListStatus list, String line) {
        assertEquals(line, RevocationListLine.of(list, NOW));
    }

    @Test
    void statusAndMetricsHaveEveryList() {
        StatusReport.Tunnel plain =
                SampleObservation.tunnel("aws-1", SampleObservation.up(1, 0, 0));
        StatusReport.Tunnel tunnel =
                new StatusReport.Tunnel(
                        plain.name(),
                        plain.connection(),
                        plain.interfaceName(),
                        plain.mtuBytes(),
                        plain.ike(),
                        plain.traffic(),
                        plain.offloads(),
                        plain.path(),
                        plain.insidePeer(),
                        plain.bgp(),
                        plain.outage(),
                        List.of(held(7200, 0), awaited(4, "nobody listens there; check it")));
        Observation now = SampleObservation.of(new Tallies(), tunnel);

        String json = StatusJson.write(now.report());
        assertTrue(
                json.contains(
                        "{\"issuer\":\"C=KR,O=Example,CN=Authority\",\"location\":\"http://crl.example.com/root.crl\","
                                + "\"fetchedUnixSeconds\":1799999910,\"nextUpdateUnixSeconds\":1800007200,"
                                + "\"nextFetchUnixSeconds\":1800003600,\"failures\":0,\"failure\":null}"),
                json);
        assertTrue(
                json.contains(
                        "\"fetchedUnixSeconds\":null,\"nextUpdateUnixSeconds\":null,"
                                + "\"nextFetchUnixSeconds\":1800000005,\"failures\":4,"
                                + "\"failure\":\"nobody listens there; check it\"}"),
                json);
        assertTrue(
                StatusText.write(
                                now.report(),
                                Map.of(),
                                new LastLook.Since(OptionalLong.empty(), Map.of()))
                        .contains("  crl      of C=KR,O=Example,CN=Authority from"));

        ParsedExposition page =
                ParsedExposition.parse(
                        MetricsText.write(now, new ProcessMetrics(), new KernelDrops()));
        Map<String, String> labels = Map.of("tunnel", "aws-1");
        assertEquals(2, page.value("culvert_revocation_lists_needed", labels));
        assertEquals(1, page.value("culvert_revocation_lists_missing", labels));
        assertEquals(
                NOW - 90, page.value("culvert_revocation_list_fetched_timestamp_seconds", labels));
        assertEquals(
                NOW + 7200,
                page.value("culvert_revocation_list_next_update_timestamp_seconds", labels));
        assertEquals(4, page.value("culvert_revocation_list_failed_fetches", labels));
    }
}
