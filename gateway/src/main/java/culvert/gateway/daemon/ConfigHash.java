package culvert.gateway.daemon;

import culvert.config.GatewayConfig;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A short name of what a configuration says, without its secrets: two files that mean the same have
 * the same, whatever their spaces, comments and order of keys. Another release of Culvert may give
 * another.
 */
final class ConfigHash {
    private static final int HASH_BYTES = 8;
    private static final Pattern SECRET = Pattern.compile("Secret\\[\\d+ octets]");

    private ConfigHash() {}

    static String of(GatewayConfig config) {
        // A secret's text has its length.
        String text = SECRET.matcher(config.toString()).replaceAll("Secret");
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
