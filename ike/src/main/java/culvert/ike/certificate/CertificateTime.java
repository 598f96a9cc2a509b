package culvert.ike.certificate;

import java.util.Date;

/** The JDK's certificates speak {@link Date}; everything here speaks Unix seconds. */
@SuppressWarnings("JavaUtilDate") // Nothing else converts it, and Instant knows a clock.
public final class CertificateTime {
    private CertificateTime() {}

    public static long unixSeconds(Date date) {
        return Math.floorDiv(date.getTime(), 1000L);
    }

    static Date date(long unixSeconds) {
        return new Date(unixSeconds * 1000);
    }
}
