package culvert.bgp;

/** States of RFC 4271 8.2.2, in the order in which a session goes through them. */
public enum BgpState {
    IDLE("Idle"),
    CONNECT("Connect"),
    ACTIVE("Active"),
    OPEN_SENT("OpenSent"),
    OPEN_CONFIRM("OpenConfirm"),
    ESTABLISHED("Established");

    private final String rfcName;

    BgpState(String rfcName) {
        this.rfcName = rfcName;
    }

    /** Whether a TCP connection is there in this state. */
    boolean hasConnection() {
        return compareTo(OPEN_SENT) >= 0;
    }

    @Override
    public String toString() {
        return rfcName;
    }
}
