package culvert.ike.message;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads messages. Whatever the octets, the answer is a {@link DecodeResult} and never an exception;
 * before a good ICV the only bad answer is {@link DecodeResult.BadUnauthenticated}.
 */
public final class MessageDecoder {
    private MessageDecoder() {}

    /**
     * The header of a datagram that may be an IKEv2 message: long enough, major version 2, as long
     * as it says, with an initiator's SPI. Looks no further.
     */
    public static Optional<IkeHeader> peekHeader(byte[] datagram) {
        return HeaderCodec.fault(datagram).isEmpty()
                ? Optional.of(HeaderCodec.decode(datagram))
                : Optional.empty();
    }

    /** Reads a message in the clear. Never yields {@link DecodeResult.BadButAuthentic}. */
    public static DecodeResult decode(byte[] datagram) {
        Optional<String> fault = HeaderCodec.fault(datagram);
        if (fault.isPresent()) {
            return new DecodeResult.BadUnauthenticated(fault.get());
        }
        try {
            OctetReader in = afterHeader(datagram);
            List<Payload> payloads = PayloadChain.decode(HeaderCodec.nextPayload(datagram), in);
            if (payloads.isEmpty()) {
                return new DecodeResult.BadUnauthenticated("a message in the clear is empty");
            }
            return new DecodeResult.Ok(new IkeMessage(HeaderCodec.decode(datagram), payloads));
        } catch (MalformedMessageException e) {
            return new DecodeResult.BadUnauthenticated(e.reason());
        }
    }

    /**
     * Opens a protected message with the keys of its sender. Payloads before SK are not protected
     * and are dropped.
     */
    public static DecodeResult open(byte[] datagram, SkCipher cipher) {
        Optional<String> fault = HeaderCodec.fault(datagram);
        if (fault.isPresent()) {
            return new DecodeResult.BadUnauthenticated(fault.get());
        }
        IkeHeader header = HeaderCodec.decode(datagram);
        int firstInner;
        int bodyAt;
        Optional<byte[]> opened;
        try {
            PayloadChain.Link sk = findSk(datagram);
            bodyAt = sk.body().position();
            firstInner = sk.nextType();
            opened =
                    cipher.open(
                            Arrays.copyOf(datagram, bodyAt),
                            Arrays.copyOfRange(datagram, bodyAt, datagram.length));
        } catch (MalformedMessageException e) {
            return new DecodeResult.BadUnauthenticated(e.reason());
        }
        if (opened.isEmpty()) {
            return new DecodeResult.BadUnauthenticated("the integrity check of SK failed");
        }

        // From here on it is the peer that speaks.
        byte[] plaintext = opened.get();
        byte[] before = Arrays.copyOf(datagram, bodyAt);
        return content(header, firstInner, MessageEncoder.content(before, plaintext), plaintext);
    }

    /**
     * The payloads inside SK, or inside all the fragments of a message.
     *
     * @param content see {@link IkeMessage#content}
     */
    static DecodeResult content(
            IkeHeader header, int firstInner, Octets content, byte[] plaintext) {
        OctetReader in = new OctetReader("the content of SK", plaintext, 0, plaintext.length);
        try {
            return new DecodeResult.Ok(
                    new IkeMessage(header, PayloadChain.decode(firstInner, in), content));
        } catch (MalformedMessageException e) {
            return new DecodeResult.BadButAuthentic(header, e.answer(), e.reason());
        }
    }

    private static PayloadChain.Link findSk(byte[] datagram) throws MalformedMessageException {
        OctetReader in = afterHeader(datagram);
        int type = HeaderCodec.nextPayload(datagram);
        for (int i = 0; i < Limits.PAYLOADS; i++) {
            switch (type) {
                case PayloadType.NONE -> throw MalformedMessageException.syntax("no SK payload");
                case PayloadType.SK -> {
                    PayloadChain.Link sk = PayloadChain.next(type, in);
                    // RFC 7296 3.14: SK is the last payload, so there is never a second one.
                    in.requireEnd();
                    return sk;
                }
                case PayloadType.SKF ->
                        // RFC 7383 2.5: first of all payloads, so that Reassembly has it.
                        throw MalformedMessageException.syntax("a fragment where SK should be");
                default -> {
                    PayloadChain.Link unprotected = PayloadChain.next(type, in);
                    if (unprotected.critical() && !PayloadType.isKnown(type)) {
                        throw MalformedMessageException.unsupportedCritical(type);
                    }
                    type = unprotected.nextType();
                }
            }
        }
        throw MalformedMessageException.syntax("more than " + Limits.PAYLOADS + " payloads");
    }

    private static OctetReader afterHeader(byte[] datagram) {
        return new OctetReader("the message", datagram, IkeHeader.LENGTH_BYTES, datagram.length);
    }
}
