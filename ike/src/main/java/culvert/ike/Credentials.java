package culvert.ike;

import culvert.ike.certificate.OwnCertificate;
import culvert.ike.certificate.TrustAnchors;
import culvert.model.Secret;

/**
 * How both ends of a tunnel prove who they are (RFC 7296 2.15). Owned by whoever loaded the
 * configuration; {@link #close()} wipes what is secret.
 */
public sealed interface Credentials extends AutoCloseable {

    /** Both know the same key. */
    record PreSharedKey(Secret key) implements Credentials {
        @Override
        public void close() {
            key.close();
        }
    }

    /** Each has a certificate, and believes the other's. */
    record Certificates(OwnCertificate own, TrustAnchors trust) implements Credentials {
        @Override
        public void close() {
            own.key().close();
        }
    }

    @Override
    void close();
}
