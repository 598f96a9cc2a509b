package culvert.ike.message;

import java.util.HexFormat;

/** The 64-bit SPI that one side chose for an IKE SA; zero means "not chosen yet" (RFC 7296 3.1). */
public record IkeSpi(long value) {
    public static final IkeSpi NONE = new IkeSpi(0);

    @Override
    public String toString() {
        return HexFormat.of().toHexDigits(value);
    }
}
