package culvert.ike;

import culvert.ike.message.AuthPayload;
import culvert.ike.message.IkeMessage;
import culvert.ike.message.NotifyPayload;
import culvert.ike.message.NotifyType;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What a responder does about a PPK (RFC 8784 3, table 1). */
sealed interface PpkChoice {

    /** Both sides have it. */
    record With(Ppk ppk) implements PpkChoice {}

    /**
     * It is not used.
     *
     * @param auth what proves the initiator's identity without it
     */
    record Without(Optional<AuthPayload> auth) implements PpkChoice {}

    /** One side insists on what the other does not have. */
    record Refused(Reason reason) implements PpkChoice {}

    /**
     * Holds the request against the settings.
     *
     * @param settings of the tunnel that the initiator's identity belongs to
     */
    static PpkChoice of(IkeSa sa, IkeTunnelSettings settings, IkeMessage request) {
        boolean usePpk = sa.channel().keysToCome().handshake().usePpk();
        Optional<AuthPayload> auth = request.first(AuthPayload.class);
        Optional<NotifyPayload> named =
                request.notify(NotifyType.PPK_IDENTITY).filter(any -> usePpk);
        Optional<Ppk> ours = settings.ppk();
        if (named.isPresent()
                && ours.isPresent()
                && named.get().data().equals(ours.get().identity())) {
            return new With(ours.get());
        }
        if (ours.filter(Ppk::required).isPresent()) {
            Reason reason = peerHasNone(sa, settings);
            return new Refused(named.map(n -> reason.peerSaid(text(n))).orElse(reason));
        }
        if (named.isEmpty()) {
            return new Without(auth);
        }
        Optional<NotifyPayload> instead = request.notify(NotifyType.NO_PPK_AUTH);
        if (instead.isEmpty()) {
            return new Refused(
                    Reason.of(
                                    ("peer %s insists on a PPK that we do not have: give both sides"
                                                    + " the same")
                                            .formatted(sa.peerName()))
                            .peerSaid(text(named.get()))
                            .weSaid(ours.map(Ppk::toString).orElse("no PPK")));
        }
        // By the method of AUTH, over the same octets with the SK_pi that no PPK has changed.
        return new Without(
                auth.map(proof -> new AuthPayload(proof.method(), instead.get().data())));
    }

    private static String text(NotifyPayload named) {
        byte[] octets = named.data().toByteArray();
        return "PPK "
                + (octets.length < 2
                        ? "without a name"
                        : new String(octets, 1, octets.length - 1, StandardCharsets.ISO_8859_1));
    }

    /** The peer of a tunnel whose PPK is required does not use it. */
    static Reason peerHasNone(IkeSa sa, IkeTunnelSettings settings) {
        return Reason.of(
                        ("peer %s does not use our PPK, which is required: give both sides the same,"
                                        + " or write required: false")
                                .formatted(sa.peerName()))
                .weSaid(settings.ppk().map(Ppk::toString).orElse("no PPK"));
    }
}
