package culvert.bgp.message;

import java.util.List;

/** The names that IANA's registry of BGP error codes gives, and what the data field tells. */
final class NotificationWords {
    /** Index is the subcode. */
    private static final List<String> HEADER =
            List.of("", "connection not synchronized", "bad message length", "bad message type");

    private static final List<String> OPEN =
            List.of(
                    "",
                    "unsupported version number",
                    "bad peer AS",
                    "bad BGP identifier",
                    "unsupported optional parameter",
                    "authentication failure",
                    "unacceptable hold time",
                    "unsupported capability",
                    "",
                    "",
                    "",
                    "role mismatch");

    private static final List<String> UPDATE =
            List.of(
                    "",
                    "malformed attribute list",
                    "unrecognized well-known attribute",
                    "missing well-known attribute",
                    "attribute flags error",
                    "attribute length error",
                    "invalid ORIGIN attribute",
                    "AS routing loop",
                    "invalid NEXT_HOP attribute",
                    "optional attribute error",
                    "invalid network field",
                    "malformed AS_PATH");

    private static final List<String> FSM =
            List.of(
                    "",
                    "unexpected message in OpenSent",
                    "unexpected message in OpenConfirm",
                    "unexpected message in Established");

    private static final List<String> ROUTE_REFRESH = List.of("", "invalid message length");

    private NotificationWords() {}

    static String describe(Notification n) {
        return switch (n.code()) {
            case Notification.HEADER_ERROR -> "message header error: " + of(HEADER, n.subcode());
            case Notification.OPEN_ERROR -> "OPEN message error: " + of(OPEN, n.subcode());
            case Notification.UPDATE_ERROR ->
                    "UPDATE message error: " + of(UPDATE, n.subcode()) + attribute(n);
            case Notification.HOLD_TIMER_EXPIRED -> "hold timer expired";
            case Notification.FSM_ERROR -> "finite state machine error: " + of(FSM, n.subcode());
            case Notification.CEASE -> "Cease: " + Cease.words(n.subcode()) + ceaseData(n);
            case Notification.ROUTE_REFRESH_ERROR ->
                    "ROUTE-REFRESH message error: " + of(ROUTE_REFRESH, n.subcode());
            case Notification.SEND_HOLD_TIMER_EXPIRED -> "send hold timer expired";
            default -> "error code " + n.code() + ", " + subcode(n.subcode());
        };
    }

    static String subcode(int subcode) {
        return "subcode " + subcode;
    }

    private static String of(List<String> words, int subcode) {
        boolean known = subcode < words.size() && !words.get(subcode).isEmpty();
        return known ? words.get(subcode) : subcode == 0 ? "unspecific" : subcode(subcode);
    }

    /** RFC 4271 6.3 lets most errors carry the attribute: flags, type, length, value. */
    private static String attribute(Notification n) {
        boolean carried = n.subcode() >= 4 && n.subcode() <= 9 && n.data().length() >= 3;
        return carried ? " (" + AttributeType.name(n.data().at(1)) + ")" : "";
    }

    private static String ceaseData(Notification n) {
        Octets data = n.data();
        if (n.subcode() == Cease.MAXIMUM_PREFIXES.subcode() && data.length() == 7) {
            OctetReader in = data.reader();
            int afi = in.u16();
            int safi = in.u8();
            String family =
                    AddressFamily.of(afi, safi)
                            .map(AddressFamily::toString)
                            .orElse("AFI " + afi + " SAFI " + safi);
            return ", at most " + in.u32() + " prefixes of " + family;
        }
        if (n.isHardReset() && data.length() >= 2) {
            Octets inner = Octets.copyOf(data.toByteArray(), 2, data.length());
            boolean nested = data.at(0) == Notification.CEASE && data.at(1) == n.subcode();
            // A hard reset within a hard reset tells nothing, and could be nested without end.
            return nested ? "" : ": " + describe(new Notification(data.at(0), data.at(1), inner));
        }
        return n.text().isEmpty() ? "" : " (\"" + n.text() + "\")";
    }
}
