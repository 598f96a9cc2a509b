package culvert.ike;

import culvert.ike.crypto.IkeSaKeys;
import culvert.ike.crypto.InvalidPublicValueException;
import culvert.ike.message.DecodeResult;
import culvert.ike.message.IkeHeader;
import culvert.ike.message.IkeSpi;
import culvert.ike.message.MessageDecoder;
import culvert.ike.message.MessageEncoder;
import culvert.ike.message.Octets;
import culvert.ike.message.Payload;
import culvert.ike.message.Payload.Side;
import culvert.ike.message.Reassembly;
import culvert.ike.message.SkCipher;
import culvert.model.Secret;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The SPIs and keys of one IKE SA: writes its messages, and opens those of the peer. */
final class IkeSaChannel {
    private final boolean originalInitiator;
    private final IkeSpi spi;
    private IkeSpi peerSpi;
    private final Reassembly requests = new Reassembly();
    private final Reassembly responses = new Reassembly();
    private boolean fragments;
    private final IntermediateAuth intermediateAuth = new IntermediateAuth();
    private @Nullable KeysToCome keysToCome;
    private @Nullable IkeSaKeys keys;

    /**
     * @param peerSpi {@link IkeSpi#NONE} until IKE_SA_INIT is answered
     */
    IkeSaChannel(boolean originalInitiator, IkeSpi spi, IkeSpi peerSpi) {
        this.originalInitiator = originalInitiator;
        this.spi = spi;
        this.peerSpi = peerSpi;
    }

    boolean originalInitiator() {
        return originalInitiator;
    }

    /** Which side of this IKE SA we are. */
    String roleName() {
        return IkeSaStatus.roleName(originalInitiator);
    }

    IkeSpi spi() {
        return spi;
    }

    IkeSpi peerSpi() {
        return peerSpi;
    }

    IkeSpi initiatorSpi() {
        return originalInitiator ? spi : peerSpi;
    }

    IkeSpi responderSpi() {
        return originalInitiator ? peerSpi : spi;
    }

    IkeSaKeys keys() {
        IkeSaKeys live = keys;
        if (live == null) {
            throw new IllegalStateException("IKE SA " + spi + " has no keys");
        }
        return live;
    }

    /** Takes ownership of the keys. */
    void open(IkeSpi responderSpi, IkeSaKeys derived) {
        if (originalInitiator) {
            peerSpi = responderSpi;
        }
        keys = derived;
    }

    /**
     * Goes over to keys that depend on one more key exchange (RFC 9370 2.2.2).
     *
     * @param request the content of the IKE_INTERMEDIATE request that brought it
     * @param response likewise
     */
    void mix(Secret sharedSecret, Handshake handshake, Octets request, Octets response) {
        IkeSaKeys before = keys();
        intermediateAuth.add(before, request, response);
        keys = before.mix(sharedSecret, handshake.nonceI(), handshake.nonceR());
        before.close();
    }

    /** What IKE_INTERMEDIATE exchanges have added to AUTH so far. */
    IntermediateAuth intermediateAuth() {
        return intermediateAuth;
    }

    /** What AUTH covers of a message of ours; see {@link MessageEncoder#content}. */
    Octets content(int exchangeType, boolean response, int messageId, List<Payload> payloads) {
        return MessageEncoder.content(header(exchangeType, response, messageId), payloads);
    }

    /** A responder's keys, which are derived when a message needs them. */
    void expect(KeysToCome toCome) {
        keysToCome = toCome;
    }

    KeysToCome keysToCome() {
        KeysToCome toCome = keysToCome;
        if (toCome == null) {
            throw new IllegalStateException("IKE SA " + spi + " did not answer IKE_SA_INIT");
        }
        return toCome;
    }

    byte[] encode(int exchangeType, boolean response, List<Payload> payloads) {
        return MessageEncoder.encode(header(exchangeType, response, 0), payloads);
    }

    /** Both ends have announced that they understand fragments (RFC 7383 2.3). */
    void fragment(boolean both) {
        fragments = both;
    }

    boolean fragments() {
        return fragments;
    }

    /**
     * Writes a protected message.
     *
     * @param maxBytes of one datagram's message, when fragments are allowed
     * @return the message, or its fragments
     */
    List<byte[]> seal(
            int exchangeType,
            boolean response,
            int messageId,
            List<Payload> payloads,
            int maxBytes,
            Turn turn) {
        SkCipher cipher = cipher(originalInitiator ? Side.INITIATOR : Side.RESPONDER, turn);
        return MessageEncoder.sealWithin(
                fragments ? maxBytes : Integer.MAX_VALUE,
                header(exchangeType, response, messageId),
                payloads,
                cipher);
    }

    /** Opens a protected message of the peer, or a fragment of one. */
    DecodeResult open(IkeHeader header, byte[] message, Turn turn)
            throws InvalidPublicValueException {
        if (keys == null) {
            keys = keysToCome().derive(peerSpi, spi);
        }
        SkCipher cipher = cipher(originalInitiator ? Side.RESPONDER : Side.INITIATOR, turn);
        if (Reassembly.isFragment(message)) {
            return fragments
                    ? (header.response() ? responses : requests).open(message, cipher)
                    : new DecodeResult.BadUnauthenticated("a fragment that nobody asked for");
        }
        return MessageDecoder.open(message, cipher);
    }

    /** Forgets messages that are incomplete. */
    void dropFragments() {
        requests.drop();
        responses.drop();
    }

    private SkCipher cipher(Side sender, Turn turn) {
        return keys().cipher(sender, turn.random());
    }

    private IkeHeader header(int exchangeType, boolean response, int messageId) {
        return new IkeHeader(
                initiatorSpi(),
                responderSpi(),
                exchangeType,
                originalInitiator,
                response,
                messageId);
    }

    /** The key pair of IKE_SA_INIT is of no more use. */
    void forgetKeysToCome() {
        KeysToCome toCome = keysToCome;
        if (toCome != null) {
            toCome.close();
            keysToCome = null;
        }
    }

    /** Wipes the keys. */
    void close() {
        forgetKeysToCome();
        dropFragments();
        IkeSaKeys live = keys;
        if (live != null) {
            live.close();
        }
    }
}
