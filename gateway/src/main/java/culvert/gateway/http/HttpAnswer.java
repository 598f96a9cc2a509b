package culvert.gateway.http;

import java.util.Map;

/**
 * What is sent for a path.
 *
 * @param status such as 200
 * @param headers beside those that every answer has
 */
public record HttpAnswer(int status, String contentType, Map<String, String> headers, String body) {
    public static final String PLAIN_TEXT = "text/plain; charset=utf-8";

    public HttpAnswer {
        headers = Map.copyOf(headers);
    }

    /** A word or a sentence. */
    public static HttpAnswer text(int status, String text) {
        return new HttpAnswer(status, PLAIN_TEXT, Map.of(), text + "\n");
    }
}
