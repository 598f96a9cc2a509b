package culvert.bgp.rib;

/** On which side of the gateway a peer is; routes pass between the sides only. */
public enum PeerKind {
    /** At the other end of a tunnel. */
    TUNNEL,
    /** A router of our own site. */
    LAN
}
