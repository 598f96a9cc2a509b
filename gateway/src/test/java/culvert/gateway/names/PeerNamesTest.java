package culvert.gateway.names;

import static org.junit.jupiter.api.Assertions.assertEquals;

import culvert.ike.IkeInput;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lookups by resolvers that answer, fail, break and hang. */
@Timeout(60)
class PeerNamesTest {
    private static final String NAME = "vpn.example.com";
    private static final String OTHER = "other.example.com";
    private static final InetAddress ADDRESS = InetAddress.ofLiteral("203.0.113.7");
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(50);

    private final ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor();
    private final BlockingQueue<IkeInput> answers = new LinkedBlockingQueue<>();

    @AfterEach
    void close() {
        loop.shutdownNow();
    }

    private PeerNames names(Resolver resolver, Duration patience) {
        return new PeerNames(loop, answers::add, resolver, patience);
    }

    private void lookUp(PeerNames names, String name)
            throws InterruptedException, ExecutionException {
        loop.submit(() -> names.lookUp(name)).get();
    }

    private IkeInput next() throws InterruptedException {
        return answers.take();
    }

    @Test
    void givesAllAddressesInTheirOrder() throws Exception {
        InetAddress second = InetAddress.ofLiteral("2001:db8::7");
        PeerNames names = names(name -> new InetAddress[] {ADDRESS, second}, LONG);
        lookUp(names, NAME);
        assertEquals(new IkeInput.PeerFound(NAME, List.of(ADDRESS, second)), next());
    }

    @Test
    void asksAnewEachTime() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        PeerNames names =
                names(
                        name ->
                                new InetAddress[] {
                                    InetAddress.ofLiteral("203.0.113." + asked.incrementAndGet())
                                },
                        LONG);
        for (int i = 1; i <= 3; i++) {
            lookUp(names, NAME);
            assertEquals(
                    new IkeInput.PeerFound(NAME, List.of(InetAddress.ofLiteral("203.0.113." + i))),
                    next());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    vpn.example.com: Name or service not known               | does not exist
                    vpn.example.com: No address associated with hostname     | has no address
                    vpn.example.com: Temporary failure in name resolution    | gets no answer from the DNS
                    vpn.example.com: System error                            | cannot be looked up (vpn.example.com: System error)
                    """)
    void saysInWordsForPeopleWhyThereIsNone(String message, String words) throws Exception {
        PeerNames names =
                names(
                        name -> {
                            throw new UnknownHostException(message);
                        },
                        LONG);
        lookUp(names, NAME);
        assertEquals(new IkeInput.PeerNotFound(NAME, words), next());
    }

    @Test
    void aResolverThatBreaksIsAFailureLikeOthers() throws Exception {
        PeerNames names =
                names(
                        name -> {
                            throw new IllegalStateException("broken");
                        },
                        LONG);
        lookUp(names, NAME);
        assertEquals(
                new IkeInput.PeerNotFound(
                        NAME, "cannot be looked up (java.lang.IllegalStateException: broken)"),
                next());
    }

    @Test
    void aNameWhoseServersHangHoldsUpNoOther() throws Exception {
        CountDownLatch hung = new CountDownLatch(1);
        PeerNames names =
                names(
                        name -> {
                            if (name.equals(NAME)) {
                                await(hung);
                            }
                            return new InetAddress[] {ADDRESS};
                        },
                        LONG);
        lookUp(names, NAME);
        lookUp(names, OTHER);
        assertEquals(new IkeInput.PeerFound(OTHER, List.of(ADDRESS)), next());
        hung.countDown();
        assertEquals(new IkeInput.PeerFound(NAME, List.of(ADDRESS)), next());
    }

    @Test
    void aHangingResolverIsToldOnceForEachQuestionAndHoldsOneThread() throws Exception {
        CountDownLatch hung = new CountDownLatch(1);
        AtomicInteger threads = new AtomicInteger();
        PeerNames names =
                names(
                        name -> {
                            threads.incrementAndGet();
                            await(hung);
                            return new InetAddress[] {ADDRESS};
                        },
                        SHORT);
        IkeInput late = new IkeInput.PeerNotFound(NAME, "gets no answer from the resolver in 1 s");
        lookUp(names, NAME);
        assertEquals(late, next());
        for (int i = 0; i < 100; i++) {
            lookUp(names, NAME);
            assertEquals(late, next());
        }
        assertEquals(1, threads.get());
        hung.countDown();
        // What comes late still counts, and the next question is asked again.
        assertEquals(new IkeInput.PeerFound(NAME, List.of(ADDRESS)), next());
        lookUp(names, NAME);
        assertEquals(new IkeInput.PeerFound(NAME, List.of(ADDRESS)), next());
        assertEquals(2, threads.get());
    }

    @Test
    void theSameQuestionTwiceIsOneUntilItIsOverdue() throws Exception {
        CountDownLatch hung = new CountDownLatch(1);
        PeerNames names =
                names(
                        name -> {
                            await(hung);
                            return new InetAddress[] {ADDRESS};
                        },
                        LONG);
        lookUp(names, NAME);
        lookUp(names, NAME);
        hung.countDown();
        assertEquals(new IkeInput.PeerFound(NAME, List.of(ADDRESS)), next());
        loop.submit(() -> {}).get();
        assertEquals(0, answers.size());
    }

    @Test
    void anAnswerAfterTheEndIsNobodys() throws Exception {
        CountDownLatch hung = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(1);
        PeerNames names =
                names(
                        name -> {
                            asked.countDown();
                            await(hung);
                            return new InetAddress[] {ADDRESS};
                        },
                        LONG);
        lookUp(names, NAME);
        asked.await();
        loop.shutdownNow();
        hung.countDown();
        assertEquals(true, loop.awaitTermination(10, TimeUnit.SECONDS));
        assertEquals(0, answers.size());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
