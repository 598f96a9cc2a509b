package culvert.bgp.message;

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

    public static Octets ofHex(String hex) {
        return new Octets(HexFormat.of().parseHex(hex));
    }

    /** Octets whose values are given as 0 to 255. */
    public static Octets of(int... values) {
        byte[] octets = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            octets[i] = (byte) values[i];
        }
        return new Octets(octets);
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

    public byte[] toByteArray() {
        return octets.clone();
    }

    OctetReader reader() {
        return new OctetReader(octets, 0, octets.length);
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
