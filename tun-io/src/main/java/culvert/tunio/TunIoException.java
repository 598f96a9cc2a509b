package culvert.tunio;

import java.io.Serial;

/**
 * Linux refused something that Culvert needs. The message is for people: what was tried, the
 * kernel's answer by name, and what to do about it.
 */
public final class TunIoException extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    private final String message;
    private final int errno;

    /** What failed, the errno that says why, and a sentence on what to do (may be empty). */
    TunIoException(String what, int errno, String advice) {
        this.message = what + ": " + Errno.text(errno) + (advice.isEmpty() ? "" : "; " + advice);
        this.errno = errno;
    }

    /** A failure that no system call reported. */
    TunIoException(String what) {
        this.message = what;
        this.errno = 0;
    }

    @Override
    public String getMessage() {
        return message;
    }

    /** The error number ({@link Errno}), or 0 when no system call reported this. */
    public int errno() {
        return errno;
    }
}
