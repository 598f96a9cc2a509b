package culvert.ike;

import culvert.ike.certificate.AuthSignature;
import culvert.ike.certificate.CertificateIdentity;
import culvert.ike.certificate.CertificateProblem;
import culvert.ike.certificate.CertificateText;
import culvert.ike.certificate.CertificationPath;
import culvert.ike.certificate.PeerCertificates;
import culvert.ike.certificate.SignatureHash;
import culvert.ike.crypto.SignedOctets;
import culvert.ike.message.AuthPayload;
import culvert.ike.message.CertPayload;
import culvert.ike.message.CertRequestPayload;
import culvert.ike.message.DecodeResult;
import culvert.ike.message.Identification;
import culvert.ike.message.IkeMessage;
import culvert.ike.message.MessageDecoder;
import culvert.ike.message.NotifyPayload;
import culvert.ike.message.NotifyType;
import culvert.ike.message.Octets;
import culvert.ike.message.Payload;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Authentication by certificate in the exchanges (RFC 7296 1.2, RFC 7427 3).
 *
 * <pre>
 *   HDR, SAi1, KEi, Ni, N(SIGNATURE_HASH_ALGORITHMS)  --&gt;
 *              &lt;--  HDR, SAr1, KEr, Nr, CERTREQ, N(SIGNATURE_HASH_ALGORITHMS)
 *   HDR, SK {IDi, CERT+, CERTREQ, IDr, AUTH, SAi2, TSi, TSr}  --&gt;
 *              &lt;--  HDR, SK {IDr, CERT+, AUTH, SAr2, TSi, TSr}
 * </pre>
 *
 * <p>Our certificates go out whether they are asked for or not, because what CERTREQ names is a
 * hint at most.
 */
final class CertificateAuthentication {
    private CertificateAuthentication() {}

    static List<Payload> announcements(Credentials.Certificates certificates, boolean asResponder) {
        List<Payload> payloads = new ArrayList<>();
        if (asResponder) {
            payloads.add(request(certificates));
        }
        payloads.add(
                NotifyPayload.of(
                        NotifyType.SIGNATURE_HASH_ALGORITHMS, SignatureHash.announcement()));
        return payloads;
    }

    static List<Payload> companions(Credentials.Certificates certificates, boolean asInitiator) {
        List<Payload> payloads = new ArrayList<>();
        for (X509Certificate certificate : certificates.own().sent()) {
            payloads.add(new CertPayload(CertPayload.X509_SIGNATURE, der(certificate)));
        }
        if (asInitiator) {
            payloads.add(request(certificates));
        }
        return payloads;
    }

    private static CertRequestPayload request(Credentials.Certificates certificates) {
        return new CertRequestPayload(CertPayload.X509_SIGNATURE, certificates.trust().keyHashes());
    }

    private static Octets der(X509Certificate certificate) {
        try {
            return Octets.copyOf(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was read has its octets", e);
        }
    }

    static AuthPayload prove(
            Credentials.Certificates certificates, byte[] signed, Octets peerInit, Turn turn) {
        return AuthSignature.sign(certificates.own(), hashes(peerInit), signed, turn.random());
    }

    /** RFC 7427 4: what the peer's IKE_SA_INIT announces. */
    private static Set<SignatureHash> hashes(Octets peerInit) {
        return MessageDecoder.decode(peerInit.toByteArray()) instanceof DecodeResult.Ok ok
                ? ok.message()
                        .notify(NotifyType.SIGNATURE_HASH_ALGORITHMS)
                        .map(notify -> SignatureHash.announced(notify.data()))
                        .orElse(Set.of())
                : Set.of();
    }

    static Optional<Reason> doubt(
            IkeTunnel tunnel,
            Credentials.Certificates certificates,
            IkeMessage message,
            AuthPayload auth,
            Identification id,
            List<SignedOctets> signed,
            String peer,
            Turn turn) {
        Optional<String> presented = Optional.empty();
        try {
            PeerCertificates theirs =
                    PeerCertificates.read(message.all(CertPayload.class).toList());
            presented = Optional.of(CertificateText.of(theirs.own()));
            CertificationPath path = theirs.path(certificates.trust(), turn.unixSeconds());
            if (!CertificateIdentity.proves(theirs.own(), id)) {
                return Optional.of(
                        Reason.of(
                                        ("peer %s says that it is %s, which its certificate does not"
                                                        + " prove: let it use a name of its certificate")
                                                .formatted(peer, id))
                                .peerSaid(
                                        "certificate for "
                                                + CertificateIdentity.names(theirs.own())));
            }
            requireSignature(auth, theirs, id, signed);
            // Last, because only a peer that has proved itself makes us fetch anything.
            tunnel.revocation().require(path, certificates.trust(), turn);
            tunnel.certificates().proved(theirs.own());
            return Optional.empty();
        } catch (CertificateProblem e) {
            Reason reason = Reason.of("peer %s: %s; %s".formatted(peer, e.what(), e.hint()));
            return Optional.of(presented.map(reason::peerSaid).orElse(reason));
        }
    }

    private static void requireSignature(
            AuthPayload auth, PeerCertificates theirs, Identification id, List<SignedOctets> signed)
            throws CertificateProblem {
        for (int i = 0; i < signed.size(); i++) {
            try {
                AuthSignature.require(auth, theirs.own().getPublicKey(), signed.get(i).with(id));
                return;
            } catch (CertificateProblem e) {
                if (i == signed.size() - 1) {
                    throw e;
                }
            }
        }
    }

    static String ours(Credentials.Certificates certificates) {
        return CertificateText.of(certificates.own().certificate());
    }
}
