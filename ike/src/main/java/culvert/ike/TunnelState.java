package culvert.ike;

/** What an operator sees of a tunnel. */
public enum TunnelState {
    /** A CHILD SA carries packets both ways. */
    UP,
    /** The tunnel is wanted and not up yet, or no more. */
    CONNECTING,
    /** The operator does not want the tunnel. */
    DOWN
}
