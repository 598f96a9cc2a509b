package culvert.gateway.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import culvert.ike.CertificateStatus;
import culvert.ike.CertificateStatus.Whose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CertificateLineTest {
    private static final long END = 1_800_000_000L;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "OURS | CN=gw | CN=Root | 2592000 | ours: CN=gw, issued by CN=Root, until"
                        + " 2027-01-15 08:00 UTC",
                "OURS | CN=gw | CN=Root | 2591999 | ours: CN=gw, issued by CN=Root, until"
                        + " 2027-01-15 08:00 UTC - ends in 29d23h: renew it and reload",
                "PEER | CN=p | CN=Root | 0 | the peer's: CN=p, issued by CN=Root, until"
                        + " 2027-01-15 08:00 UTC - ends in 0s: renew it and reload",
                "AUTHORITY | CN=Root | CN=Root | -1 | authority's: CN=Root, issued by itself,"
                        + " until 2027-01-15 08:00 UTC - EXPIRED: renew it and reload",
            })
    void saysWhoseFromWhomAndUntilWhen(
            Whose whose, String subject, String issuer, long leftSeconds, String line) {
        assertEquals(
                line,
                CertificateLine.of(
                        new CertificateStatus(whose, subject, issuer, END), END - leftSeconds));
    }
}
