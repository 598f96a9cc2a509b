package culvert.config;

/** The policy for the DSCP of outer headers (RFC 4301 5.1.2.1). */
enum Dscp {
    COPY,
    CLEAR
}
