package culvert.bgp.message;

/** Subcodes of the NOTIFICATION Cease (RFC 4486, 8538, 9384). */
public enum Cease {
    MAXIMUM_PREFIXES(1, "maximum number of prefixes reached"),
    ADMINISTRATIVE_SHUTDOWN(2, "administrative shutdown"),
    PEER_DECONFIGURED(3, "peer deconfigured"),
    ADMINISTRATIVE_RESET(4, "administrative reset"),
    CONNECTION_REJECTED(5, "connection rejected"),
    CONFIGURATION_CHANGE(6, "other configuration change"),
    COLLISION(7, "connection collision resolution"),
    OUT_OF_RESOURCES(8, "out of resources"),
    HARD_RESET(9, "hard reset"),
    BFD_DOWN(10, "BFD down");

    private final int subcode;
    private final String words;

    Cease(int subcode, String words) {
        this.subcode = subcode;
        this.words = words;
    }

    public int subcode() {
        return subcode;
    }

    /** Whether RFC 9003 lets a text for people follow. */
    boolean carriesText() {
        return this == ADMINISTRATIVE_SHUTDOWN || this == ADMINISTRATIVE_RESET;
    }

    static String words(int subcode) {
        for (Cease cease : values()) {
            if (cease.subcode == subcode) {
                return cease.words;
            }
        }
        return NotificationWords.subcode(subcode);
    }

    @Override
    public String toString() {
        return words;
    }
}
