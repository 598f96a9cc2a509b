package culvert.config.aws;

/**
 * A document is not what AWS hands out. The words quote nothing of the document, which holds keys.
 */
final class UnreadableDocument extends Exception {
    private static final long serialVersionUID = 1;

    private final String what;
    private final String hint;

    UnreadableDocument(String what, String hint) {
        super("%s (%s)".formatted(what, hint));
        this.what = what;
        this.hint = hint;
    }

    /** A sentence without its full stop. */
    String what() {
        return what;
    }

    /** What to do about it. */
    String hint() {
        return hint;
    }
}
