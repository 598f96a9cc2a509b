package culvert.ike.message;

/** Next Payload values (RFC 7296 3.2, RFC 7383 2.5). */
final class PayloadType {
    static final int NONE = 0;
    static final int SA = 33;
    static final int KE = 34;
    static final int IDI = 35;
    static final int IDR = 36;
    static final int CERT = 37;
    static final int CERTREQ = 38;
    static final int AUTH = 39;
    static final int NONCE = 40;
    static final int NOTIFY = 41;
    static final int DELETE = 42;
    static final int VENDOR_ID = 43;
    static final int TSI = 44;
    static final int TSR = 45;
    static final int SK = 46;
    static final int CP = 47;
    static final int EAP = 48;
    static final int SKF = 53;

    private PayloadType() {}

    static boolean isKnown(int type) {
        return (type >= SA && type <= EAP) || type == SKF;
    }

    /** The RFC's notation, or the number when there is none here. */
    static String name(int type) {
        return switch (type) {
            case SA -> "SA";
            case KE -> "KE";
            case IDI -> "IDi";
            case IDR -> "IDr";
            case CERT -> "CERT";
            case CERTREQ -> "CERTREQ";
            case AUTH -> "AUTH";
            case NONCE -> "Nonce";
            case NOTIFY -> "N";
            case DELETE -> "D";
            case VENDOR_ID -> "V";
            case TSI -> "TSi";
            case TSR -> "TSr";
            case SK -> "SK";
            case CP -> "CP";
            case EAP -> "EAP";
            case SKF -> "SKF";
            default -> "payload " + type;
        };
    }
}
