package culvert.config;

/** The policy for the DF bit of outer headers (RFC 4301 8.1). */
enum DontFragment {
    CLEAR,
    SET
}
