package culvert.ike.message;

import java.util.Arrays;

/** Writes a message front to back; lengths are filled in when they are known. */
final class OctetWriter {
    private byte[] octets = new byte[512];
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

    OctetWriter i64(long value) {
        return i32((int) (value >>> 32)).i32((int) value);
    }

    OctetWriter zeros(int count) {
        reserve(count);
        length += count;
        return this;
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

    void setU8(int at, int value) {
        octets[at] = (byte) value;
    }

    /** Fills in a length that two octets must hold. */
    void setLengthU16(int at, int value) {
        if (value > 0xFFFF) {
            throw new IllegalArgumentException("a payload of " + value + " octets is too long");
        }
        octets[at] = (byte) (value >>> 8);
        octets[at + 1] = (byte) value;
    }

    void setLengthI32(int at, int value) {
        octets[at] = (byte) (value >>> 24);
        octets[at + 1] = (byte) (value >>> 16);
        octets[at + 2] = (byte) (value >>> 8);
        octets[at + 3] = (byte) value;
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
