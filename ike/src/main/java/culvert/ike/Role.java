package culvert.ike;

/** Who starts the IKE SA. Both roles answer whatever the peer starts. */
public enum Role {
    INITIATE,
    RESPOND
}
