package culvert.ike;

/**
 * What the engine counts. What a sender does that nobody vouches for is logged once a minute at
 * most; here it all is.
 */
public enum IkeCounter {
    EXCHANGES_STARTED("exchanges that we started"),
    EXCHANGES_ANSWERED("exchanges of the peer that we answered"),
    RETRANSMITS_SENT("requests sent again"),
    RETRANSMITS_ANSWERED("repeated requests answered from the cache"),
    COOKIES_DEMANDED("IKE_SA_INIT requests answered with a demand for a cookie"),
    DROPPED_MALFORMED_HEADER("no IKEv2 header, or a length that is not the datagram's"),
    DROPPED_MALFORMED("a body that does not parse, from nobody we know"),
    DROPPED_UNKNOWN_PEER("IKE_SA_INIT from an address that is no tunnel's peer"),
    DROPPED_TUNNEL_DOWN("IKE_SA_INIT for a tunnel that the operator took down"),
    DROPPED_UNKNOWN_SPI("no IKE SA has these SPIs"),
    DROPPED_WRONG_ADDRESS("a half-open IKE SA was addressed from elsewhere"),
    DROPPED_WRONG_DIRECTION("flags that say we sent it ourselves"),
    DROPPED_WRONG_EXCHANGE("an exchange that the IKE SA's state does not allow"),
    DROPPED_MESSAGE_ID("a message ID outside the window of one"),
    DROPPED_RESPONSE_TO_NOTHING("a response without a request"),
    DROPPED_NOT_AUTHENTIC("a wrong ICV"),
    DROPPED_BAD_COOKIE("a cookie that we did not make, or not lately"),
    DROPPED_HALF_OPEN_LIMIT("too many half-open IKE SAs"),
    DROPPED_HANDSHAKE_BUDGET("more IKE_SA_INIT in a second than we compute for"),
    DROPPED_SHUTTING_DOWN("IKE_SA_INIT while the process ends"),
    DROPPED_USELESS_RESPONSE("an IKE_SA_INIT response that we cannot go on with"),
    IKE_SAS_ESTABLISHED("IKE SAs established by authentication"),
    IKE_SAS_REKEYED("IKE SAs replaced by rekeying"),
    CHILD_SAS_ESTABLISHED("CHILD SAs established, first ones and rekeyed ones"),
    AUTHENTICATION_FAILURES("IKE_AUTH exchanges that failed, at either end"),
    DEAD_PEERS("IKE SAs given up because the peer went silent"),
    PEER_ADDRESSES_CHANGED("names of peers that led elsewhere than before"),
    PEER_LOOKUPS_FAILED("names of peers that led to no address of use"),
    INTERNAL_ERRORS("IKE SAs ended by a fault of our own");

    private final String description;

    IkeCounter(String description) {
        this.description = description;
    }

    /** What is counted, for people. */
    public String description() {
        return description;
    }
}
