package culvert.gateway.revocation;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One GET of what a distribution point names (RFC 2585 4): no redirects, and bounds on octets and
 * time, because whoever answers by http has proved nothing. Nothing of it is left afterwards, no
 * thread and no connection: the next one is hours away.
 */
final class ListDownload {
    private static final int OK = 200;

    private final Duration timeLimit;

    /**
     * @param timeLimit for all of it, from the connection to the last octet
     */
    ListDownload(Duration timeLimit) {
        this.timeLimit = timeLimit;
    }

    /**
     * Blocks until all is there.
     *
     * @throws IOException in words for people
     */
    byte[] get(String location, int largestBytes) throws IOException, InterruptedException {
        AtomicInteger status = new AtomicInteger();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                HttpClient client =
                        HttpClient.newBuilder()
                                .version(HttpClient.Version.HTTP_1_1)
                                .followRedirects(HttpClient.Redirect.NEVER)
                                .connectTimeout(timeLimit)
                                .executor(threads)
                                .build()) {
            try {
                HttpResponse<byte[]> response =
                        client.sendAsync(
                                        request(location),
                                        info -> {
                                            status.set(info.statusCode());
                                            return BodySubscribers.limiting(
                                                    BodySubscribers.ofByteArray(), largestBytes);
                                        })
                                .get(timeLimit.toMillis(), TimeUnit.MILLISECONDS);
                requireOk(response.statusCode());
                return response.body();
            } catch (TimeoutException e) {
                throw new IOException(
                        "no complete answer in %d s".formatted(timeLimit.toSeconds()), e);
            } catch (ExecutionException e) {
                if (status.get() == 0) {
                    throw new IOException(words(e), e);
                }
                requireOk(status.get());
                throw new IOException(
                        "the answer broke off, or has more than %d octets".formatted(largestBytes),
                        e);
            } finally {
                // Without waiting for what a slow server may still send.
                client.shutdownNow();
            }
        }
    }

    private static HttpRequest request(String location) throws IOException {
        try {
            return HttpRequest.newBuilder(URI.create(location)).GET().build();
        } catch (IllegalArgumentException e) {
            throw new IOException("the URL is of no use", e);
        }
    }

    private static void requireOk(int status) throws IOException {
        if (status != OK) {
            throw new IOException(
                    status / 100 == 3
                            ? "the answer is a redirect (%d), which is not followed"
                                    .formatted(status)
                            : "the answer is HTTP status %d".formatted(status));
        }
    }

    /** Of the innermost cause that says anything. */
    private static String words(Throwable failure) {
        String words = "";
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof UnresolvedAddressException) {
                return "the name of its host has no address";
            }
            if (at instanceof HttpConnectTimeoutException) {
                return "its host does not answer";
            }
            if (at instanceof ConnectException) {
                words = "nobody listens there";
            } else if (words.isEmpty() && at instanceof IOException) {
                words = "the answer is not HTTP, or none (" + at.getMessage() + ")";
            }
        }
        return words.isEmpty() ? "the request failed (" + failure + ")" : words;
    }
}
