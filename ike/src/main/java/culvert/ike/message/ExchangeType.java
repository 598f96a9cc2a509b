package culvert.ike.message;

/** Exchange types (RFC 7296 3.1); an int in {@link IkeHeader} because a peer may send any octet. */
public final class ExchangeType {
    public static final int IKE_SA_INIT = 34;
    public static final int IKE_AUTH = 35;
    public static final int CREATE_CHILD_SA = 36;
    public static final int INFORMATIONAL = 37;

    /** Between IKE_SA_INIT and IKE_AUTH (RFC 9242). */
    public static final int IKE_INTERMEDIATE = 43;

    /** After CREATE_CHILD_SA (RFC 9370). */
    public static final int IKE_FOLLOWUP_KE = 44;

    private ExchangeType() {}

    public static String name(int exchangeType) {
        return switch (exchangeType) {
            case IKE_SA_INIT -> "IKE_SA_INIT";
            case IKE_AUTH -> "IKE_AUTH";
            case CREATE_CHILD_SA -> "CREATE_CHILD_SA";
            case INFORMATIONAL -> "INFORMATIONAL";
            case IKE_INTERMEDIATE -> "IKE_INTERMEDIATE";
            case IKE_FOLLOWUP_KE -> "IKE_FOLLOWUP_KE";
            default -> "exchange " + exchangeType;
        };
    }
}
