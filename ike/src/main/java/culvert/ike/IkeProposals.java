package culvert.ike;

import culvert.ike.crypto.IkeSuite;
import culvert.ike.crypto.Integrity;
import culvert.ike.crypto.KeyExchangeGroup;
import culvert.ike.message.IkeMessage;
import culvert.ike.message.NotifyType;
import culvert.ike.message.Octets;
import culvert.ike.message.Proposal;
import culvert.ike.message.ProtocolId;
import culvert.ike.message.SaPayload;
import culvert.ike.message.Transform;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The SA payload of an IKE SA (RFC 7296 3.3): each configured suite is one proposal. */
final class IkeProposals {
    /** A suite of ours that the peer offered. */
    record Choice(IkeSuite suite, Proposal offered) {

        /** The answer: exactly this, with the SPI that we chose. */
        SaPayload answer(Octets spi) {
            return new SaPayload(
                    List.of(
                            new Proposal(
                                    offered.number(),
                                    ProtocolId.IKE,
                                    spi,
                                    TransformMatch.chosen(offered, transforms(suite)))));
        }
    }

    private IkeProposals() {}

    /**
     * @param spi empty in IKE_SA_INIT, of eight octets when an IKE SA is rekeyed
     */
    static SaPayload offer(List<IkeSuite> ours, Octets spi) {
        List<Proposal> proposals = new ArrayList<>();
        for (IkeSuite suite : ours) {
            proposals.add(
                    new Proposal(proposals.size() + 1, ProtocolId.IKE, spi, transforms(suite)));
        }
        return new SaPayload(proposals);
    }

    /** The first of ours that the peer offers too. */
    static Optional<Choice> choose(List<IkeSuite> ours, SaPayload offered, int spiBytes) {
        for (IkeSuite suite : ours) {
            for (Proposal proposal : offered.proposals()) {
                if (isIke(proposal, spiBytes)
                        && TransformMatch.offers(proposal, transforms(suite))) {
                    return Optional.of(new Choice(suite, proposal));
                }
            }
        }
        return Optional.empty();
    }

    /** RFC 9370 2.2.1: additional key exchanges take place in IKE_INTERMEDIATE, or not at all. */
    static boolean isPossible(IkeSuite suite, IkeMessage theirInit) {
        return suite.additional().isEmpty()
                || theirInit.notify(NotifyType.INTERMEDIATE_EXCHANGE_SUPPORTED).isPresent();
    }

    /** What the peer chose of our offer; empty when it is not something that we offered. */
    static Optional<Choice> accept(List<IkeSuite> ours, SaPayload answer, int spiBytes) {
        if (answer.proposals().size() != 1) {
            return Optional.empty();
        }
        Proposal proposal = answer.proposals().getFirst();
        int index = proposal.number() - 1;
        if (index < 0 || index >= ours.size() || !isIke(proposal, spiBytes)) {
            return Optional.empty();
        }
        IkeSuite suite = ours.get(index);
        return TransformMatch.isExactly(proposal, transforms(suite))
                ? Optional.of(new Choice(suite, proposal))
                : Optional.empty();
    }

    /** The group with this number, when one of our proposals has it. */
    static Optional<KeyExchangeGroup> group(List<IkeSuite> ours, int transformId) {
        return ours.stream()
                .map(IkeSuite::group)
                .filter(group -> group.transformId() == transformId)
                .findFirst();
    }

    private static boolean isIke(Proposal proposal, int spiBytes) {
        return proposal.protocolId() == ProtocolId.IKE && proposal.spi().length() == spiBytes;
    }

    private static List<Transform> transforms(IkeSuite suite) {
        List<Transform> transforms = new ArrayList<>();
        transforms.add(
                Transform.of(
                        Transform.ENCR,
                        suite.encryption().transformId(),
                        suite.encryption().keyBits()));
        transforms.add(Transform.of(Transform.PRF, suite.prf().transformId()));
        // RFC 5282 8: a combined-mode cipher goes without an integrity transform.
        if (suite.integrity() != Integrity.NONE) {
            transforms.add(Transform.of(Transform.INTEG, suite.integrity().transformId()));
        }
        transforms.add(Transform.of(Transform.KE, suite.group().transformId()));
        transforms.addAll(TransformMatch.additional(suite.additional()));
        return transforms;
    }
}
