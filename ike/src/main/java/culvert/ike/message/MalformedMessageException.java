package culvert.ike.message;

/**
 * Octets that are no IKE message. Stays within the codec, which turns it into a {@link
 * DecodeResult}; without a stack trace, because strangers decide how often it is thrown.
 */
final class MalformedMessageException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient NotifyPayload answer;

    private MalformedMessageException(String reason, NotifyPayload answer) {
        super(reason, null, false, false);
        this.answer = answer;
    }

    static MalformedMessageException syntax(String reason) {
        return new MalformedMessageException(reason, NotifyPayload.of(NotifyType.INVALID_SYNTAX));
    }

    /** RFC 7296 2.5: the answer names the one payload type. */
    static MalformedMessageException unsupportedCritical(int payloadType) {
        return new MalformedMessageException(
                "unknown payload type " + payloadType + " is marked critical",
                NotifyPayload.of(
                        NotifyType.UNSUPPORTED_CRITICAL_PAYLOAD,
                        Octets.copyOf(new byte[] {(byte) payloadType})));
    }

    String reason() {
        return String.valueOf(getMessage());
    }

    /** What to tell a peer whose ICV was good. */
    NotifyPayload answer() {
        return answer;
    }
}
