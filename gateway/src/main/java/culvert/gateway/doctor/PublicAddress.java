package culvert.gateway.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;

/** By which address the world sees us, as a web service says that answers with nothing else. */
final class PublicAddress {
    private static final int PATIENCE_MILLIS = 5_000;
    private static final int LONGEST_ADDRESS = 45;

    private PublicAddress() {}

    /**
     * Asks.
     *
     * @throws IOException when there is no answer, or it is not an address
     */
    static InetAddress ask(URI service) throws IOException {
        URLConnection connection = service.toURL().openConnection();
        connection.setConnectTimeout(PATIENCE_MILLIS);
        connection.setReadTimeout(PATIENCE_MILLIS);
        try (InputStream body = connection.getInputStream()) {
            String words =
                    new String(body.readNBytes(LONGEST_ADDRESS + 2), StandardCharsets.US_ASCII)
                            .strip();
            return InetAddress.ofLiteral(words);
        } catch (IllegalArgumentException e) {
            throw new IOException("the answer is not an address", e);
        }
    }
}
