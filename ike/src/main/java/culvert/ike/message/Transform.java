package culvert.ike.message;

/**
 * One transform of a proposal (RFC 7296 3.3.2).
 *
 * @param type one of the constants, or whatever the peer sent
 * @param id the algorithm's number within its type
 * @param keyLengthBits the Key Length attribute, {@link #NO_KEY_LENGTH} when absent
 * @param unknownAttribute an attribute other than Key Length was there, so that this transform must
 *     not be chosen (RFC 7296 3.3.6)
 */
public record Transform(int type, int id, int keyLengthBits, boolean unknownAttribute) {
    public static final int ENCR = 1;
    public static final int PRF = 2;
    public static final int INTEG = 3;
    public static final int KE = 4;
    public static final int ESN = 5;

    /** The first additional key exchange; the seventh is {@link #ADDKE_LAST} (RFC 9370 3). */
    public static final int ADDKE_FIRST = 6;

    public static final int ADDKE_LAST = 12;

    public static final int NO_KEY_LENGTH = 0;

    /** Extended sequence numbers: no (RFC 7296 3.3.2). */
    public static final int NO_ESN = 0;

    /** Extended sequence numbers: yes. */
    public static final int EXTENDED = 1;

    /** Whether it names a key exchange method: the main one, or an additional one. */
    public boolean isKeyExchange() {
        return type == KE || (type >= ADDKE_FIRST && type <= ADDKE_LAST);
    }

    public static Transform of(int type, int id) {
        return new Transform(type, id, NO_KEY_LENGTH, false);
    }

    public static Transform of(int type, int id, int keyLengthBits) {
        return new Transform(type, id, keyLengthBits, false);
    }
}
