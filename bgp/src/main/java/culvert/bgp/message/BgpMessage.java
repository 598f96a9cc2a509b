package culvert.bgp.message;

/** A message of BGP-4. An End-of-RIB is an UPDATE on the wire but a word of its own here. */
public sealed interface BgpMessage
        permits Open, Update, EndOfRib, Notification, Keepalive, RouteRefresh {

    /** Type octet of the header. */
    int type();

    /** Name of the message as the RFCs write it. */
    default String typeName() {
        return MessageType.name(type());
    }
}
