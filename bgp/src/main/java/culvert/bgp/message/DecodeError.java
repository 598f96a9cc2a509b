package culvert.bgp.message;

/**
 * What is wrong with a message.
 *
 * @param handling what to do about it
 * @param what the error in words for people
 * @param notification what a peer would be told if the session ends for it
 */
public record DecodeError(ErrorHandling handling, String what, Notification notification) {
    static DecodeError reset(String what, Notification notification) {
        return new DecodeError(ErrorHandling.SESSION_RESET, what, notification);
    }

    /** The same error where nothing milder than a reset will do (RFC 7606 5.2). */
    DecodeError asReset() {
        return reset(what, notification);
    }
}
