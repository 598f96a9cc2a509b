package culvert.bgp.message;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A NOTIFICATION (RFC 4271 4.5): the reason for which its sender ends the session.
 *
 * @param code error code, 0 to 255
 * @param subcode error subcode, 0 to 255
 * @param data what the pair of codes says it is
 */
public record Notification(int code, int subcode, Octets data) implements BgpMessage {
    public static final int HEADER_ERROR = 1;
    public static final int OPEN_ERROR = 2;
    public static final int UPDATE_ERROR = 3;
    public static final int HOLD_TIMER_EXPIRED = 4;
    public static final int FSM_ERROR = 5;
    public static final int CEASE = 6;
    public static final int ROUTE_REFRESH_ERROR = 7;
    public static final int SEND_HOLD_TIMER_EXPIRED = 8;

    /** Octets that a shutdown text may have (RFC 9003 2). */
    private static final int MAXIMUM_TEXT_OCTETS = 255;

    public static Notification of(int code, int subcode) {
        return new Notification(code, subcode, Octets.EMPTY);
    }

    public static Notification cease(Cease reason) {
        return of(CEASE, reason.subcode());
    }

    /** A Cease with a text for the people on the other side (RFC 9003); cut at 255 octets. */
    public static Notification cease(Cease reason, String text) {
        if (text.isEmpty() || !reason.carriesText()) {
            return cease(reason);
        }
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(utf8.length, MAXIMUM_TEXT_OCTETS);
        while (length < utf8.length && (utf8[length] & 0xC0) == 0x80) {
            length--; // never cut within a character
        }
        byte[] data = new byte[1 + length];
        data[0] = (byte) length;
        System.arraycopy(utf8, 0, data, 1, length);
        return new Notification(CEASE, reason.subcode(), Octets.copyOf(data));
    }

    /** The Cease of a peer that sent more prefixes than it may (RFC 4486 4). */
    public static Notification maximumPrefixes(AddressFamily family, int limit) {
        OctetWriter data = new OctetWriter().u16(family.afi()).u8(family.safi()).i32(limit);
        return new Notification(
                CEASE, Cease.MAXIMUM_PREFIXES.subcode(), Octets.copyOf(data.toByteArray()));
    }

    /** The same reason, said so that the peer drops our routes at once (RFC 8538 3.1). */
    public Notification asHardReset() {
        OctetWriter inner = new OctetWriter().u8(code).u8(subcode).octets(data);
        return new Notification(
                CEASE, Cease.HARD_RESET.subcode(), Octets.copyOf(inner.toByteArray()));
    }

    public boolean isHardReset() {
        return code == CEASE && subcode == Cease.HARD_RESET.subcode();
    }

    public boolean isCollision() {
        return code == CEASE && subcode == Cease.COLLISION.subcode();
    }

    /** The text for people of an RFC 9003 shutdown; empty when there is none or it is malformed. */
    public String text() {
        boolean carriesText =
                code == CEASE
                        && (subcode == Cease.ADMINISTRATIVE_SHUTDOWN.subcode()
                                || subcode == Cease.ADMINISTRATIVE_RESET.subcode());
        if (!carriesText || data.isEmpty() || data.at(0) > data.length() - 1) {
            return "";
        }
        byte[] utf8 = Arrays.copyOfRange(data.toByteArray(), 1, 1 + data.at(0));
        // A peer's text goes into logs and terminals: no control characters, no bad UTF-8.
        return new String(utf8, StandardCharsets.UTF_8).replaceAll("\\p{C}", "?");
    }

    /** Code and subcode in the words of their RFCs, with what the data tells. */
    public String describe() {
        return NotificationWords.describe(this);
    }

    @Override
    public int type() {
        return MessageType.NOTIFICATION;
    }
}
