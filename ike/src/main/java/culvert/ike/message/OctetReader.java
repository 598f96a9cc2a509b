package culvert.ike.message;

import java.util.Arrays;

/** Reads one stretch of a message front to back and never beyond its end. */
final class OctetReader {
    private final byte[] octets;
    private final int end;
    private final String what;
    private int position;

    /**
     * @param what the thing that is read, for the reason of a failure
     */
    OctetReader(String what, byte[] octets, int from, int to) {
        this.what = what;
        this.octets = octets;
        this.position = from;
        this.end = to;
    }

    int position() {
        return position;
    }

    int remaining() {
        return end - position;
    }

    boolean isAtEnd() {
        return position == end;
    }

    int u8() throws MalformedMessageException {
        return octets[take(1)] & 0xFF;
    }

    int u16() throws MalformedMessageException {
        return u8() << 8 | u8();
    }

    void skip(int count) throws MalformedMessageException {
        take(count);
    }

    byte[] bytes(int count) throws MalformedMessageException {
        int from = take(count);
        return Arrays.copyOfRange(octets, from, from + count);
    }

    Octets octets(int count) throws MalformedMessageException {
        int from = take(count);
        return Octets.copyOf(octets, from, from + count);
    }

    /** Everything up to the end. */
    Octets rest() throws MalformedMessageException {
        return octets(remaining());
    }

    /** A reader of the next octets alone; this reader goes on after them. */
    OctetReader slice(String sliceOf, int count) throws MalformedMessageException {
        int from = take(count);
        return new OctetReader(sliceOf, octets, from, from + count);
    }

    void requireEnd() throws MalformedMessageException {
        if (!isAtEnd()) {
            throw MalformedMessageException.syntax(
                    what + " is followed by " + remaining() + " octets too many");
        }
    }

    private int take(int count) throws MalformedMessageException {
        if (count > remaining()) {
            throw MalformedMessageException.syntax(
                    what + " is cut short: needs " + count + " octets more, has " + remaining());
        }
        int from = position;
        position += count;
        return from;
    }
}
