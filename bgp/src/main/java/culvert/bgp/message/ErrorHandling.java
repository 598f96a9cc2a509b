package culvert.bgp.message;

/** What RFC 7606 2 wants done about an error, mildest first. */
public enum ErrorHandling {
    /** The attribute is dropped, its UPDATE stands. */
    ATTRIBUTE_DISCARD,
    /** The reachable prefixes of the UPDATE count as withdrawn. */
    TREAT_AS_WITHDRAW,
    /** The NOTIFICATION is sent and the session ends. */
    SESSION_RESET
}
