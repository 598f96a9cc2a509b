package culvert.ike;

import culvert.ike.crypto.EspProposal;
import culvert.ike.crypto.KeyExchangeGroup;
import culvert.ike.message.Octets;
import culvert.ike.message.Proposal;
import culvert.ike.message.ProtocolId;
import culvert.ike.message.SaPayload;
import culvert.ike.message.Transform;
import culvert.model.Spi;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The SA payload of a CHILD SA (RFC 7296 3.3): each configured ESP proposal is one proposal. */
final class EspProposals {
    private static final int SPI_BYTES = 4;

    /** AES-GCM with a 16-octet ICV (RFC 4106 8.2); in the same registry as the IKE ciphers. */
    private static final int ENCR_AES_GCM_16 = 20;

    /** A proposal of ours that the peer offered or chose. */
    record Choice(EspProposal ours, Proposal theirs, boolean keyExchange) {

        SaPayload answer(Spi spi) {
            return new SaPayload(
                    List.of(
                            new Proposal(
                                    theirs.number(),
                                    ProtocolId.ESP,
                                    Octets.ofInt(spi.value()),
                                    TransformMatch.chosen(theirs, transforms(ours, keyExchange)))));
        }

        Optional<KeyExchangeGroup> group() {
            return keyExchange ? ours.pfsGroup() : Optional.empty();
        }

        /** The SPI of the peer's inbound SA, our outbound one. */
        Spi peerSpi() {
            return new Spi(theirs.spi().intAt(0));
        }
    }

    private EspProposals() {}

    /**
     * @param keyExchange false in IKE_AUTH, which has no KE payload for the CHILD SA (RFC 7296 1.2)
     */
    static SaPayload offer(List<EspProposal> ours, Spi spi, boolean keyExchange) {
        List<Proposal> proposals = new ArrayList<>();
        for (EspProposal proposal : ours) {
            proposals.add(
                    new Proposal(
                            proposals.size() + 1,
                            ProtocolId.ESP,
                            Octets.ofInt(spi.value()),
                            transforms(proposal, keyExchange)));
        }
        return new SaPayload(proposals);
    }

    /** The first of ours that the peer offers too. */
    static Optional<Choice> choose(List<EspProposal> ours, SaPayload offered, boolean keyExchange) {
        for (EspProposal proposal : ours) {
            for (Proposal theirs : offered.proposals()) {
                Proposal considered = keyExchange ? theirs : withoutGroups(theirs);
                if (isUsable(theirs)
                        && TransformMatch.offers(considered, transforms(proposal, keyExchange))) {
                    return Optional.of(new Choice(proposal, considered, keyExchange));
                }
            }
        }
        return Optional.empty();
    }

    /** What the peer chose of our offer; empty when it is not something that we offered. */
    static Optional<Choice> accept(List<EspProposal> ours, SaPayload answer, boolean keyExchange) {
        if (answer.proposals().size() != 1) {
            return Optional.empty();
        }
        Proposal theirs = answer.proposals().getFirst();
        int index = theirs.number() - 1;
        if (index < 0 || index >= ours.size() || !isUsable(theirs)) {
            return Optional.empty();
        }
        EspProposal proposal = ours.get(index);
        return TransformMatch.isExactly(theirs, transforms(proposal, keyExchange))
                ? Optional.of(new Choice(proposal, theirs, keyExchange))
                : Optional.empty();
    }

    static Optional<KeyExchangeGroup> firstGroup(List<EspProposal> ours) {
        return ours.stream().flatMap(proposal -> proposal.pfsGroup().stream()).findFirst();
    }

    /** The group with this number, when one of our proposals has it. */
    static Optional<KeyExchangeGroup> group(List<EspProposal> ours, int transformId) {
        return ours.stream()
                .flatMap(proposal -> proposal.pfsGroup().stream())
                .filter(group -> group.transformId() == transformId)
                .findFirst();
    }

    private static boolean isUsable(Proposal proposal) {
        return proposal.protocolId() == ProtocolId.ESP
                && proposal.spi().length() == SPI_BYTES
                && !new Spi(proposal.spi().intAt(0)).isReserved();
    }

    /** Some peers name groups in IKE_AUTH already, where they mean nothing (RFC 7296 1.2). */
    private static Proposal withoutGroups(Proposal proposal) {
        return new Proposal(
                proposal.number(),
                proposal.protocolId(),
                proposal.spi(),
                proposal.transforms().stream().filter(t -> !t.isKeyExchange()).toList());
    }

    private static List<Transform> transforms(EspProposal proposal, boolean keyExchange) {
        List<Transform> transforms = new ArrayList<>();
        transforms.add(
                Transform.of(Transform.ENCR, ENCR_AES_GCM_16, proposal.suite().keyBytes() * 8));
        if (keyExchange) {
            proposal.pfsGroup()
                    .ifPresent(g -> transforms.add(Transform.of(Transform.KE, g.transformId())));
            transforms.addAll(TransformMatch.additional(proposal.additional()));
        }
        transforms.add(
                Transform.of(
                        Transform.ESN,
                        proposal.extendedSequenceNumbers()
                                ? Transform.EXTENDED
                                : Transform.NO_ESN));
        return transforms;
    }
}
