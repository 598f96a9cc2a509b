package culvert.gateway.log;

/** How a line of the log is written. */
public enum LogFormat {
    /** For people at a terminal. */
    TEXT,
    /** {@code key=value} pairs: for the journal, and for grep. */
    LOGFMT,
    /** One JSON object per line. */
    JSON,
    /** One JSON object per line, with the field names of AWS's tunnel activity log. */
    AWS
}
