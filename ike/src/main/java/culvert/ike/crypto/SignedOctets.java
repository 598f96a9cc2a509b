package culvert.ike.crypto;

import culvert.ike.message.Identification;
import culvert.ike.message.Octets;
import culvert.model.Secret;
import java.nio.ByteBuffer;

/**
 * What a side proves itself over (RFC 7296 2.15), but for its identity:
 *
 * <pre>
 * own first message | the other's nonce | prf(SK_p, own ID payload without its header) | IntAuth
 * </pre>
 *
 * @param firstMessage that side's IKE_SA_INIT message, octet for octet as it travelled
 * @param peerNonce the nonce of the other side
 * @param skP SK_pi when the initiator is authenticated, else SK_pr
 * @param intAuth what RFC 9242 3.3.2 adds after IKE_INTERMEDIATE; empty without
 */
public record SignedOctets(
        Prf prf, Octets firstMessage, Octets peerNonce, Secret skP, Octets intAuth) {

    /** With the identity of the side that is authenticated. */
    public byte[] with(Identification id) {
        byte[] idPayload = new byte[4 + id.data().length()];
        idPayload[0] = (byte) id.type();
        System.arraycopy(id.data().toByteArray(), 0, idPayload, 4, id.data().length());
        byte[] macedId = prf.compute(skP.octets(), idPayload);
        return ByteBuffer.allocate(
                        firstMessage.length()
                                + peerNonce.length()
                                + macedId.length
                                + intAuth.length())
                .put(firstMessage.toByteArray())
                .put(peerNonce.toByteArray())
                .put(macedId)
                .put(intAuth.toByteArray())
                .array();
    }
}
