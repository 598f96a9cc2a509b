package culvert.ike.crypto;

import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HMAC of the JDK, ready to be fed. */
final class Hmac {
    private Hmac() {}

    static Mac keyed(String jcaName, byte[] key) {
        // HMAC pads keys with zeros (RFC 2104 2), so that this is the empty key, which the JDK's
        // class for keys cannot hold.
        byte[] atLeastOneOctet = key.length == 0 ? new byte[1] : key;
        try {
            Mac mac = Mac.getInstance(jcaName);
            mac.init(new SecretKeySpec(atLeastOneOctet, jcaName));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime lacks " + jcaName, e);
        }
    }
}
