package culvert.bgp.message;

import java.util.Arrays;

/** Writes a message front to back; lengths are filled in when they are known. */
final class OctetWriter {
    private byte[] octets = new byte[256];
    private int length;

    int length() {
        return length;
    }

    OctetWriter u8(int value) {
        if (value < 0 || value > 0xFF) {
            throw new IllegalArgumentException(value + " does not fit into one octet");
        }
        reserve(1);
        octets[length++] = (byte) value;
        return this;
    }

    OctetWriter u16(int value) {
        if (value < 0 || value > 0xFFFF) {
            throw new IllegalArgumentException(value + " does not fit into two octets");
        }
        return u8(value >>> 8).u8(value & 0xFF);
    }

    OctetWriter i32(int value) {
        return u16(value >>> 16).u16(value & 0xFFFF);
    }

    OctetWriter octets(Octets value) {
        return bytes(value.toByteArray());
    }

    OctetWriter bytes(byte[] value) {
        reserve(value.length);
        System.arraycopy(value, 0, octets, length, value.length);
        length += value.length;
        return this;
    }

    /** Fills in one octet that was written before. */
    void setU8(int at, int value) {
        if (value < 0 || value > 0xFF) {
            throw new IllegalArgumentException(value + " does not fit into one octet");
        }
        octets[at] = (byte) value;
    }

    /** Fills in two octets that were written before. */
    void setU16(int at, int value) {
        if (value < 0 || value > 0xFFFF) {
            throw new IllegalArgumentException(value + " does not fit into two octets");
        }
        octets[at] = (byte) (value >>> 8);
        octets[at + 1] = (byte) value;
    }

    byte[] toByteArray() {
        return Arrays.copyOf(octets, length);
    }

    private void reserve(int count) {
        if (length + count > octets.length) {
            octets = Arrays.copyOf(octets, Math.max(octets.length * 2, length + count));
        }
    }
}
