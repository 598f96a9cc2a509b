package culvert.bgp.message;

import java.util.List;
import java.util.stream.IntStream;

/** A message of BGP-4. An End-of-RIB is an UPDATE on the wire but a word of its own here. */
public sealed interface BgpMessage
        permits Open, Update, EndOfRib, Notification, Keepalive, RouteRefresh {

    /** Names of the types from 1 on, as the RFCs write them. */
    List<String> TYPE_NAMES =
            IntStream.rangeClosed(MessageType.OPEN, MessageType.ROUTE_REFRESH)
                    .mapToObj(MessageType::name)
                    .toList();

    /** Type octet of the header. */
    int type();

    /** Name of the message as the RFCs write it. */
    default String typeName() {
        return MessageType.name(type());
    }
}
