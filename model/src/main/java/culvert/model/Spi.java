package culvert.model;

import java.util.HexFormat;

/**
 * The 32-bit Security Parameters Index that names one ESP SA at its receiver (RFC 4303 2.1).
 *
 * @param value the 32 bits as they stand on the wire; 0 to 255 are reserved and never name an SA
 */
public record Spi(int value) {
    /** Values below this are reserved by IANA or for local use (RFC 4303 2.1). */
    public static final int FIRST_USABLE = 256;

    public boolean isReserved() {
        return Integer.compareUnsigned(value, FIRST_USABLE) < 0;
    }

    /** The eight lower-case hexadecimal digits that logs and {@code status} show. */
    @Override
    public String toString() {
        return HexFormat.of().toHexDigits(value);
    }
}
