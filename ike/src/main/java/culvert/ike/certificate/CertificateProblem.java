package culvert.ike.certificate;

/** A certificate, a revocation list or a key that is of no use, in words for people. */
public final class CertificateProblem extends Exception {
    private static final long serialVersionUID = 1;

    private final String hint;

    /**
     * @param what what is wrong
     * @param hint what to do
     */
    CertificateProblem(String what, String hint) {
        super(what, null, false, false);
        this.hint = hint;
    }

    public String what() {
        return String.valueOf(getMessage());
    }

    public String hint() {
        return hint;
    }
}
