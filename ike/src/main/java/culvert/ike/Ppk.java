package culvert.ike;

import culvert.ike.message.Octets;
import culvert.model.Secret;
import java.nio.charset.StandardCharsets;

/**
 * A postquantum preshared key (RFC 8784): mixed into the keys that everything else is derived from,
 * it keeps recorded traffic closed to whoever breaks the key exchange later.
 *
 * @param id what both sides call it; printable ASCII
 * @param key owned by whoever loaded the configuration
 * @param required whether no SA is made without it; else a peer that does not have it is taken too
 */
public record Ppk(String id, Secret key, boolean required) implements AutoCloseable {
    /** RFC 8784 5.1: what follows is the identifier itself, as both sides are configured. */
    private static final byte PPK_ID_FIXED = 2;

    /** Type and identifier, as N(PPK_IDENTITY) carries them. */
    Octets identity() {
        return Octets.copyOf(new byte[] {PPK_ID_FIXED})
                .then(Octets.copyOf(id.getBytes(StandardCharsets.US_ASCII)));
    }

    @Override
    public void close() {
        key.close();
    }

    @Override
    public String toString() {
        return "PPK " + id;
    }
}
