package culvert.ike;

import culvert.ike.crypto.IkeKeyExport;
import culvert.model.EspSuite;
import culvert.model.Spi;
import java.net.InetAddress;

/** Keys of one SA, in the open. */
public sealed interface KeyExport {

    /** An IKE SA. */
    record IkeSa(IkeKeyExport keys) implements KeyExport {}

    /**
     * One direction of a CHILD SA.
     *
     * @param source of the outer packets
     * @param destination of the outer packets
     * @param keymatHex the key, then the salt (RFC 4106 8.1)
     */
    record EspSa(
            InetAddress source, InetAddress destination, Spi spi, EspSuite suite, String keymatHex)
            implements KeyExport {

        @Override
        public String toString() {
            return "EspSa[spi=" + spi + ", suite=" + suite.keyword() + "]";
        }
    }
}
