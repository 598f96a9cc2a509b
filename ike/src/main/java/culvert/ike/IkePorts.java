package culvert.ike;

/** The UDP ports of IKE. */
public final class IkePorts {
    /** RFC 7296 2: where an initiator starts. */
    public static final int IKE = 500;

    /** RFC 3948: IKE behind the non-ESP marker, and ESP. */
    public static final int NAT_TRAVERSAL = 4500;

    private IkePorts() {}
}
