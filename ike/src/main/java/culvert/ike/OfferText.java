package culvert.ike;

import culvert.ike.crypto.Encryption;
import culvert.ike.crypto.EspProposal;
import culvert.ike.crypto.Integrity;
import culvert.ike.crypto.KeyExchangeGroup;
import culvert.ike.crypto.KeyExchangeMethod;
import culvert.ike.crypto.MlKem;
import culvert.ike.crypto.Prf;
import culvert.ike.message.Proposal;
import culvert.ike.message.SaPayload;
import culvert.ike.message.Transform;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A peer's proposals as the configuration would write them, to stand beside ours in a log. */
final class OfferText {
    private static final int MAX_PROPOSALS = 8;

    private OfferText() {}

    static String of(SaPayload offered) {
        String shown =
                offered.proposals().stream()
                        .limit(MAX_PROPOSALS)
                        .map(OfferText::text)
                        .collect(Collectors.joining(", "));
        int left = offered.proposals().size() - MAX_PROPOSALS;
        return left > 0 ? shown + " and " + left + " more" : shown;
    }

    private static String text(Proposal proposal) {
        return proposal.transforms().stream()
                .filter(
                        transform ->
                                !transform.equals(Transform.of(Transform.ESN, Transform.NO_ESN)))
                .map(OfferText::keyword)
                .distinct()
                .limit(16)
                .collect(Collectors.joining("-"));
    }

    private static String keyword(Transform transform) {
        Optional<String> known =
                switch (transform.type()) {
                    case Transform.ENCR ->
                            Arrays.stream(Encryption.values())
                                    .filter(e -> e.transformId() == transform.id())
                                    .filter(e -> e.keyBits() == transform.keyLengthBits())
                                    .map(Encryption::keyword)
                                    .findFirst();
                    case Transform.PRF ->
                            Arrays.stream(Prf.values())
                                    .filter(p -> p.transformId() == transform.id())
                                    .map(Prf::keyword)
                                    .findFirst();
                    case Transform.INTEG ->
                            Arrays.stream(Integrity.values())
                                    .filter(i -> i != Integrity.NONE)
                                    .filter(i -> i.transformId() == transform.id())
                                    .map(Integrity::keyword)
                                    .findFirst();
                    case Transform.KE -> method(transform.id());
                    case Transform.ESN ->
                            transform.id() == Transform.EXTENDED
                                    ? Optional.of(EspProposal.ESN)
                                    : Optional.empty();
                    default ->
                            transform.isKeyExchange()
                                    ? method(transform.id())
                                            .map(word -> additional(transform.type(), word))
                                    : Optional.empty();
                };
        return known.orElse(transform.type() + "/" + transform.id());
    }

    private static String additional(int type, String method) {
        return "ke%d_%s".formatted(type - Transform.ADDKE_FIRST + 1, method);
    }

    private static Optional<String> method(int transformId) {
        return Stream.<KeyExchangeMethod>concat(
                        Arrays.stream(KeyExchangeGroup.values()), Arrays.stream(MlKem.values()))
                .filter(method -> method.transformId() == transformId)
                .map(KeyExchangeMethod::keyword)
                .findFirst();
    }
}
