package culvert.ike.message;

import java.util.Arrays;
import java.util.HexFormat;

/** An immutable run of octets with value equality, so that records of the wire can hold one. */
public final class Octets {
    public static final Octets EMPTY = new Octets(new byte[0]);

    private final byte[] octets;

    private Octets(byte[] octets) {
        this.octets = octets;
    }

    public static Octets copyOf(byte[] octets) {
        return octets.length == 0 ? EMPTY : new Octets(octets.clone());
    }

    public static Octets copyOf(byte[] octets, int from, int to) {
        return from == to ? EMPTY : new Octets(Arrays.copyOfRange(octets, from, to));
    }

    /** Four octets, most significant first. */
    public static Octets ofInt(int value) {
        return new Octets(
                new byte[] {
                    (byte) (value >>> 24), (byte) (value >>> 16), (byte) (value >>> 8), (byte) value
                });
    }

    public static Octets ofHex(String hex) {
        return new Octets(HexFormat.of().parseHex(hex));
    }

    public int length() {
        return octets.length;
    }

    public boolean isEmpty() {
        return octets.length == 0;
    }

    /** The octet at this index, 0 to 255. */
    public int at(int index) {
        return octets[index] & 0xFF;
    }

    /** The four octets at this index, most significant first. */
    public int intAt(int index) {
        return at(index) << 24 | at(index + 1) << 16 | at(index + 2) << 8 | at(index + 3);
    }

    /** These octets, then others. */
    public Octets then(Octets others) {
        byte[] both = Arrays.copyOf(octets, octets.length + others.octets.length);
        System.arraycopy(others.octets, 0, both, octets.length, others.octets.length);
        return new Octets(both);
    }

    public byte[] toByteArray() {
        return octets.clone();
    }

    /** Compares as RFC 7296 2.8.1 compares nonces: octet by octet, a proper prefix is lower. */
    public int compareUnsigned(Octets other) {
        return Arrays.compareUnsigned(octets, other.octets);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Octets that && Arrays.equals(octets, that.octets);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(octets);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(octets);
    }
}
