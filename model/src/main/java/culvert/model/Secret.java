package culvert.model;

import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Octets that must not be seen: a pre-shared key, KEYMAT, a Diffie-Hellman secret.
 *
 * <p>Never printed, compared in constant time, wiped by {@link #close()}. The owner closes it;
 * whoever needs the octets for longer takes a {@link #copy()} and owns that.
 */
public final class Secret implements AutoCloseable {
    private final byte[] octets;
    private boolean wiped;

    private Secret(byte[] octets) {
        this.octets = octets;
    }

    /** Takes ownership of the array: the caller forgets it. */
    public static Secret owning(byte[] octets) {
        return new Secret(octets);
    }

    /** Copies the array; the caller still has to wipe its own. */
    public static Secret copyOf(byte[] octets) {
        return new Secret(octets.clone());
    }

    public int length() {
        return octets.length;
    }

    public Secret copy() {
        return copyOf(octets());
    }

    /**
     * The live octets, not a copy: for passing to a cipher or a MAC at once.
     *
     * @throws IllegalStateException when the secret has been wiped
     */
    public byte[] octets() {
        if (wiped) {
            throw new IllegalStateException("secret used after it was wiped");
        }
        return octets;
    }

    public boolean isWiped() {
        return wiped;
    }

    /** Overwrites the octets with zeros. */
    @Override
    public void close() {
        Arrays.fill(octets, (byte) 0);
        wiped = true;
    }

    /** Compares in time that depends on the lengths only. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Secret that && MessageDigest.isEqual(octets, that.octets);
    }

    /** Constant, so that a hash table tells nothing about the octets. */
    @Override
    public int hashCode() {
        return 0;
    }

    @Override
    public String toString() {
        return "Secret[" + octets.length + " octets]";
    }
}
