package culvert.lab;

import java.util.Objects;

/** The lab could not do what was asked: a command failed, a process did not come up in time. */
public final class LabException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LabException(String message) {
        super(message);
    }

    LabException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Never null: every failure of the lab says what happened. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
