package culvert.ike.certificate;

import culvert.ike.message.Octets;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Object;

/** ASN.1 objects to octets, without the exception that only a stream could throw. */
final class Der {
    private Der() {}

    static Octets encode(ASN1Object object) {
        return Octets.copyOf(bytes(object));
    }

    /** The same for what must be wiped afterwards. */
    static byte[] bytes(ASN1Object object) {
        try {
            return object.getEncoded(ASN1Encoding.DER);
        } catch (Exception e) {
            throw new IllegalStateException("an object in memory cannot be encoded", e);
        }
    }
}
