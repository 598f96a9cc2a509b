package culvert.ike.crypto;

import culvert.ike.message.Identification;
import culvert.ike.message.Octets;
import culvert.model.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The AUTH payload of a side that knows the pre-shared key (RFC 7296 2.15).
 *
 * <pre>
 * AUTH = prf(prf(PSK, "Key Pad for IKEv2"),
 *            own first message | the other's nonce | prf(SK_p, own ID payload without its header)
 *            [| IntAuth])
 * </pre>
 */
public final class PskAuthentication {
    private static final byte[] KEY_PAD = "Key Pad for IKEv2".getBytes(StandardCharsets.US_ASCII);

    private PskAuthentication() {}

    /**
     * What the side that is authenticated must send.
     *
     * @param firstMessage that side's IKE_SA_INIT message, octet for octet as it travelled
     * @param peerNonce the nonce of the other side
     * @param skP SK_pi when the initiator is authenticated, else SK_pr
     * @param id of the side that is authenticated
     * @param intAuth what RFC 9242 3.3.2 adds after IKE_INTERMEDIATE, else empty
     */
    public static Octets compute(
            Prf prf,
            Secret preSharedKey,
            byte[] firstMessage,
            Octets peerNonce,
            Secret skP,
            Identification id,
            Octets intAuth) {
        byte[] signed =
                new SignedOctets(prf, Octets.copyOf(firstMessage), peerNonce, skP, intAuth)
                        .with(id);
        byte[] key = prf.compute(preSharedKey.octets(), KEY_PAD);
        try {
            return Octets.copyOf(prf.compute(key, signed));
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /** Whether the received AUTH data is what {@link #compute} gives, in constant time. */
    public static boolean verify(
            Prf prf,
            Secret preSharedKey,
            byte[] firstMessage,
            Octets peerNonce,
            Secret skP,
            Identification id,
            Octets intAuth,
            Octets received) {
        Octets expected = compute(prf, preSharedKey, firstMessage, peerNonce, skP, id, intAuth);
        return MessageDigest.isEqual(expected.toByteArray(), received.toByteArray());
    }
}
