package culvert.ike;

import culvert.ike.crypto.PskAuthentication;
import culvert.ike.crypto.SignedOctets;
import culvert.ike.message.AuthPayload;
import culvert.ike.message.Identification;
import culvert.ike.message.IkeMessage;
import culvert.ike.message.Octets;
import culvert.ike.message.Payload;
import java.util.List;
import java.util.Optional;

/** The AUTH payload, and what goes with it, by the tunnel's credentials (RFC 7296 2.15). */
final class Authentication {
    private Authentication() {}

    /** What IKE_SA_INIT says so that the peer can authenticate itself to us. */
    static List<Payload> announcements(IkeTunnelSettings settings, boolean asResponder) {
        return switch (settings.credentials()) {
            case Credentials.PreSharedKey psk -> List.of();
            case Credentials.Certificates certificates ->
                    CertificateAuthentication.announcements(certificates, asResponder);
        };
    }

    /** What stands between our identity and AUTH in IKE_AUTH. */
    static List<Payload> companions(IkeTunnelSettings settings, boolean asInitiator) {
        return switch (settings.credentials()) {
            case Credentials.PreSharedKey psk -> List.of();
            case Credentials.Certificates certificates ->
                    CertificateAuthentication.companions(certificates, asInitiator);
        };
    }

    /**
     * Our AUTH payload.
     *
     * @param peerInit the peer's IKE_SA_INIT message
     */
    static AuthPayload prove(
            IkeTunnelSettings settings, SignedOctets signed, Octets peerInit, Turn turn) {
        Identification id = settings.localIdentity();
        return switch (settings.credentials()) {
            case Credentials.PreSharedKey psk ->
                    new AuthPayload(
                            AuthPayload.SHARED_KEY,
                            PskAuthentication.compute(
                                    signed.prf(),
                                    psk.key(),
                                    signed.firstMessage().toByteArray(),
                                    signed.peerNonce(),
                                    signed.skP(),
                                    id,
                                    signed.intAuth()));
            case Credentials.Certificates certificates ->
                    CertificateAuthentication.prove(certificates, signed.with(id), peerInit, turn);
        };
    }

    /**
     * Why the peer has not proved its identity; empty when it has.
     *
     * @param tunnel whose peer it says that it is
     * @param auth what to hold against the octets: the AUTH payload, or what stands in for it
     * @param id as the peer wrote it, which is what it signed
     * @param signed each form that the peer may have signed
     */
    static Optional<Reason> doubt(
            IkeSa sa,
            IkeTunnel tunnel,
            IkeMessage message,
            Optional<AuthPayload> auth,
            Identification id,
            List<SignedOctets> signed,
            Turn turn) {
        IkeTunnelSettings settings = tunnel.settings();
        if (auth.isEmpty()) {
            // RFC 7296 2.16: without AUTH the peer asks for EAP.
            return Optional.of(otherMethod(sa, settings, "EAP"));
        }
        boolean byKey = auth.get().method() == AuthPayload.SHARED_KEY;
        return switch (settings.credentials()) {
            case Credentials.PreSharedKey psk when byKey ->
                    knows(psk, auth.get(), id, signed)
                            ? Optional.empty()
                            : Optional.of(
                                    Reason.of(
                                            ("peer %s does not know our pre-shared key: compare the"
                                                            + " PSK on both sides")
                                                    .formatted(sa.peerName())));
            case Credentials.Certificates certificates when !byKey ->
                    CertificateAuthentication.doubt(
                            tunnel,
                            certificates,
                            message,
                            auth.get(),
                            id,
                            signed,
                            sa.peerName(),
                            turn);
            case Credentials.PreSharedKey psk ->
                    Optional.of(
                            otherMethod(
                                    sa, settings, "authentication method " + auth.get().method()));
            case Credentials.Certificates certificates ->
                    Optional.of(otherMethod(sa, settings, "a pre-shared key"));
        };
    }

    private static boolean knows(
            Credentials.PreSharedKey psk,
            AuthPayload auth,
            Identification id,
            List<SignedOctets> signed) {
        return signed.stream()
                .anyMatch(
                        s ->
                                PskAuthentication.verify(
                                        s.prf(),
                                        psk.key(),
                                        s.firstMessage().toByteArray(),
                                        s.peerNonce(),
                                        s.skP(),
                                        id,
                                        s.intAuth(),
                                        auth.data()));
    }

    private static Reason otherMethod(IkeSa sa, IkeTunnelSettings settings, String peerSaid) {
        String ours =
                switch (settings.credentials()) {
                    case Credentials.PreSharedKey psk -> "pre-shared key";
                    case Credentials.Certificates certificates -> "certificate";
                };
        return Reason.of(
                        "peer %s does not authenticate by %s: configure it so"
                                .formatted(sa.peerName(), ours))
                .peerSaid(peerSaid);
    }

    /** The peer refused us; what to compare. */
    static String whatToCompare(IkeTunnelSettings settings) {
        return switch (settings.credentials()) {
            case Credentials.PreSharedKey psk ->
                    "refused our identity or pre-shared key (%s): compare the PSK and both identities"
                            + " on both sides";
            case Credentials.Certificates certificates ->
                    "refused our identity or certificate (%s): compare both identities, and check"
                            + " that the peer trusts our authority";
        };
    }

    /** Who we say that we are, with our proof of it. */
    static String weAre(IkeTunnelSettings settings) {
        return switch (settings.credentials()) {
            case Credentials.PreSharedKey psk -> "we are " + settings.localIdentity();
            case Credentials.Certificates certificates ->
                    "we are %s with the %s"
                            .formatted(
                                    settings.localIdentity(),
                                    CertificateAuthentication.ours(certificates));
        };
    }
}
