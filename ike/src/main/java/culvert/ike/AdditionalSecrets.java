package culvert.ike;

import culvert.model.Secret;
import java.util.Arrays;

/** SK(1) | SK(2) | ... as they come (RFC 9370 2.2.4). Owns them until they are taken. */
final class AdditionalSecrets implements AutoCloseable {
    private byte[] octets = {};

    /** Takes a copy. */
    void add(Secret secret) {
        byte[] longer = Arrays.copyOf(octets, octets.length + secret.length());
        System.arraycopy(secret.octets(), 0, longer, octets.length, secret.length());
        close();
        octets = longer;
    }

    /** All of them, owned by the caller. */
    Secret take() {
        Secret all = Secret.owning(octets);
        octets = new byte[0];
        return all;
    }

    @Override
    public void close() {
        Arrays.fill(octets, (byte) 0);
    }
}
