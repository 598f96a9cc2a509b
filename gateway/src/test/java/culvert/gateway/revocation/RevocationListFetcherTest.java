package culvert.gateway.revocation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.ike.certificate.CertificateReader;
import culvert.ike.certificate.CertificateTime;
import culvert.ike.certificate.DistributionPoint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists of one authority, which revoked certificate 1001, from a server of this machine. */
@Timeout(60)
class RevocationListFetcherTest {
    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofHours(1);

    /** Fails soon and often, and fetches anew in an hour. */
    private static final Pace IMPATIENT = new Pace(Duration.ofSeconds(2), SHORT, SHORT, LONG, LONG);

    /** Fetches anew at once. */
    private static final Pace RESTLESS =
            new Pace(Duration.ofSeconds(20), SHORT, SHORT, SHORT, SHORT);

    private static final X509Certificate AUTHORITY = authority();

    private final ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor();
    private final List<X509CRL> received = new CopyOnWriteArrayList<>();
    private final ListServer server = newServer();

    private static ListServer newServer() {
        try {
            return new ListServer();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static X509Certificate authority() {
        try {
            return CertificateReader.certificates(resource("authority.pem")).getFirst();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] resource(String name) {
        try (InputStream in =
                RevocationListFetcherTest.class.getResourceAsStream(
                        "/culvert/gateway/revocation/" + name)) {
            if (in == null) {
                throw new AssertionError(name + " is missing");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void close() throws IOException {
        loop.shutdownNow();
        server.close();
    }

    private RevocationListFetcher fetcher(Pace pace) {
        return new RevocationListFetcher(loop, (point, list) -> received.add(list), pace);
    }

    private void onLoop(Runnable work) {
        try {
            loop.submit(work).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    private static DistributionPoint point(String location) {
        return new DistributionPoint(location, AUTHORITY);
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 3000 && !condition.getAsBoolean(); i++) {
            Thread.sleep(10);
        }
        assertTrue(condition.getAsBoolean());
    }

    @Test
    void listIsFetchedOnceForAllTunnels() throws Exception {
        DistributionPoint point =
                point(server.at("/list", ListServer.octets(resource("list.crl"))));
        try (RevocationListFetcher fetcher = fetcher(IMPATIENT)) {
            onLoop(() -> fetcher.need("aws-1", Set.of(point)));
            onLoop(() -> fetcher.need("aws-2", Set.of(point)));
            await(() -> !received.isEmpty());
            onLoop(() -> fetcher.need("aws-3", Set.of(point)));
            onLoop(() -> fetcher.need("aws-1", Set.of()));
            Thread.sleep(100);
            assertEquals(List.of("/list"), server.asked());
            assertEquals(1, received.size());
            assertEquals(
                    "1001",
                    received.getFirst()
                            .getRevokedCertificates()
                            .iterator()
                            .next()
                            .getSerialNumber()
                            .toString(16));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"outdated.crl", "forged.crl", "authority.pem", "404", "garbage", "nothing"})
    void whatCannotBeBelievedIsNotGivenOnAndAskedForAgain(String what) throws Exception {
        byte[] octets =
                switch (what) {
                    case "404", "nothing" -> new byte[0];
                    case "garbage" -> "0\u0003<html>".getBytes(StandardCharsets.US_ASCII);
                    default -> resource(what);
                };
        DistributionPoint point =
                point(
                        server.at(
                                "/list",
                                what.equals("404")
                                        ? ListServer.status("404 Not here", octets)
                                        : ListServer.octets(octets)));
        try (RevocationListFetcher fetcher = fetcher(IMPATIENT)) {
            onLoop(() -> fetcher.need("aws-1", Set.of(point)));
            await(() -> server.timesAsked("/list") >= 3);
            assertEquals(List.of(), received);

            server.at("/list", ListServer.octets(resource("list.crl")));
            await(() -> !received.isEmpty());
        }
    }

    @Test
    void oneThatNeverAnswersDoesNotKeepTheOthersWaitingForEver() throws Exception {
        Set<DistributionPoint> points = new LinkedHashSet<>();
        points.add(point(server.at("/silent", out -> Thread.sleep(60_000))));
        points.add(point(server.at("/list", ListServer.octets(resource("list.crl")))));
        try (RevocationListFetcher fetcher = fetcher(IMPATIENT)) {
            onLoop(() -> fetcher.need("aws-1", points));
            await(() -> !received.isEmpty());
        }
    }

    @Test
    void newerListTakesThePlaceAndAnOlderOneDoesNot() throws Exception {
        // list, list, newer, and then list again: kept by somebody in between
        List<byte[]> answers =
                List.of(
                        resource("list.crl"),
                        resource("list.crl"),
                        resource("newer.crl"),
                        resource("list.crl"));
        AtomicInteger asked = new AtomicInteger();
        String location =
                server.at(
                        "/list",
                        out ->
                                ListServer.octets(
                                                answers.get(
                                                        Math.min(
                                                                asked.getAndIncrement(),
                                                                answers.size() - 1)))
                                        .write(out));
        try (RevocationListFetcher fetcher = fetcher(RESTLESS)) {
            onLoop(() -> fetcher.need("aws-1", Set.of(point(location))));
            await(() -> asked.get() > answers.size() + 2);
            assertEquals(2, received.size());
            assertTrue(thisUpdate(received.getLast()) > thisUpdate(received.getFirst()));
        }
    }

    private static long thisUpdate(X509CRL list) {
        return CertificateTime.unixSeconds(list.getThisUpdate());
    }

    @Test
    void pointsAreFew() throws Exception {
        Set<DistributionPoint> points = new LinkedHashSet<>();
        for (int i = 0; i < RevocationListFetcher.MOST_POINTS + 5; i++) {
            points.add(point(server.at("/" + i, ListServer.octets(resource("list.crl")))));
        }
        try (RevocationListFetcher fetcher = fetcher(IMPATIENT)) {
            onLoop(() -> fetcher.need("aws-1", points));
            await(() -> received.size() == RevocationListFetcher.MOST_POINTS);
            Thread.sleep(100);
            assertEquals(RevocationListFetcher.MOST_POINTS, server.asked().size());
        }
    }

    @Test
    void whatNobodyNeedsIsNotFetchedAnew() throws Exception {
        DistributionPoint point =
                point(server.at("/list", ListServer.octets(resource("list.crl"))));
        try (RevocationListFetcher fetcher = fetcher(RESTLESS)) {
            onLoop(() -> fetcher.need("aws-1", Set.of(point)));
            await(() -> server.timesAsked("/list") >= 2);
            onLoop(() -> fetcher.need("aws-1", Set.of()));
            Thread.sleep(500);
            int asked = server.timesAsked("/list");
            Thread.sleep(500);
            assertEquals(asked, server.timesAsked("/list"));

            onLoop(() -> fetcher.need("aws-1", Set.of(point)));
            await(() -> server.timesAsked("/list") > asked);
        }
    }

    private RevocationListStatus status(RevocationListFetcher fetcher, String tunnel) {
        List<RevocationListStatus> all = new ArrayList<>();
        onLoop(() -> all.addAll(fetcher.status(tunnel)));
        assertEquals(1, all.size());
        return all.getFirst();
    }

    @Test
    void tellsHowAListStands() throws Exception {
        AtomicBoolean answers = new AtomicBoolean(true);
        CountDownLatch asked = new CountDownLatch(1);
        String location =
                server.at(
                        "/list",
                        out -> {
                            asked.await();
                            if (answers.get()) {
                                ListServer.octets(resource("list.crl")).write(out);
                            } else {
                                ListServer.status("503 Not now", new byte[0]).write(out);
                            }
                        });
        try (RevocationListFetcher fetcher = fetcher(RESTLESS)) {
            onLoop(() -> fetcher.need("aws-1", Set.of(point(location))));
            assertEquals(
                    new RevocationListStatus(
                            point(location),
                            OptionalLong.empty(),
                            OptionalLong.empty(),
                            OptionalLong.empty(),
                            0,
                            Optional.empty()),
                    status(fetcher, "aws-1"),
                    "asked for and not here");
            onLoop(() -> assertEquals(List.of(), fetcher.status("aws-2")));

            asked.countDown();
            await(() -> !received.isEmpty());
            RevocationListStatus held = status(fetcher, "aws-1");
            long now = System.currentTimeMillis() / 1000;
            assertTrue(Math.abs(held.fetchedUnixSeconds().orElseThrow() - now) < 60);
            assertEquals(
                    CertificateTime.unixSeconds(received.getFirst().getNextUpdate()),
                    held.nextUpdateUnixSeconds().orElseThrow());

            answers.set(false);
            await(() -> status(fetcher, "aws-1").failures() >= 2);
            RevocationListStatus failing = status(fetcher, "aws-1");
            assertEquals(
                    Optional.of(
                            "the answer is HTTP status 503; check that this machine reaches it by"
                                    + " http"),
                    failing.failure());
            assertEquals(
                    held.nextUpdateUnixSeconds(),
                    failing.nextUpdateUnixSeconds(),
                    "the former list is still used");

            answers.set(true);
            await(() -> status(fetcher, "aws-1").failures() == 0);
            assertEquals(Optional.empty(), status(fetcher, "aws-1").failure());
        }
    }
}
