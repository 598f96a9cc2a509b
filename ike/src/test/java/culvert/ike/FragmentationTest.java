package culvert.ike;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.ike.message.IkeHeader;
import culvert.ike.message.IkeMessage;
import culvert.ike.message.MessageEncoder;
import culvert.ike.message.NotifyPayload;
import culvert.ike.message.NotifyType;
import culvert.ike.message.Octets;
import culvert.ike.message.Payload;
import culvert.ike.message.Payload.Side;
import culvert.ike.message.Reassembly;
import culvert.ike.message.VendorIdPayload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that do not fit one datagram (RFC 7383), in an IKE SA between two gateways. */
class FragmentationTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    /** IP 20, UDP 8 and the marker 4. */
    private static final int MAX_MESSAGE_BYTES = 1280 - 32;

    private final SimulatedNetwork network =
            new SimulatedNetwork(
                    Settings.east().esp(manyProposals()).build(),
                    Settings.west().respond().esp(manyProposals()).build(),
                    61);

    /** So many proposals that IKE_AUTH and CREATE_CHILD_SA are longer than a datagram. */
    private static String[] manyProposals() {
        List<String> proposals = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            proposals.add("aes128gcm16-curve25519");
            proposals.add("aes256gcm16-curve25519");
        }
        return proposals.subList(0, 60).toArray(String[]::new);
    }

    private void up() {
        network.up();
        network.runUntil(Agreement::isOneOfEach, SOON);
    }

    private List<IkeAction.Transmit> fragments() {
        return network.sent().stream().filter(t -> Reassembly.isFragment(t.message())).toList();
    }

    @Test
    void longMessagesTravelInFragmentsAndNoneIsTooLong() {
        // IKE_SA_INIT {..., N(FRAGMENTATION_SUPPORTED)} --> <-- {..., N(FRAGMENTATION_SUPPORTED)}
        // IKE_AUTH, SKF {1/2} -->
        // IKE_AUTH, SKF {2/2} -->                         <-- SK {IDr, AUTH, ...}
        up();

        assertTrue(fragments().size() >= 2, fragments().size() + " fragments");
        for (IkeAction.Transmit transmit : fragments()) {
            assertTrue(transmit.message().length <= MAX_MESSAGE_BYTES);
        }
        network.input(network.east(), new IkeInput.RekeyChildSa(Settings.TUNNEL));
        network.runFor(SOON);
        network.input(network.east(), new IkeInput.RekeyIkeSa(Settings.TUNNEL));
        network.runFor(SOON);
        int before = fragments().size();
        network.input(network.west(), new IkeInput.RekeyChildSa(Settings.TUNNEL));
        network.runFor(SOON);
        assertTrue(fragments().size() > before, "the rekeyed IKE SA fragments as well");
        Agreement.assertOneOfEach(network);
    }

    @Test
    void peerThatDoesNotAnnounceItGetsNone() {
        network.rewrite(
                transmit ->
                        Messages.header(transmit).exchangeType() == 34
                                ? withoutAnnouncement(transmit)
                                : transmit);
        network.up();
        network.runFor(SOON);

        assertEquals(List.of(), fragments());
    }

    /** The type of the notify becomes one that nobody knows. */
    private static IkeAction.Transmit withoutAnnouncement(IkeAction.Transmit transmit) {
        byte[] message = transmit.message().clone();
        for (int i = 0; i + 1 < message.length; i++) {
            if (message[i] == (byte) 0x40 && message[i + 1] == (byte) 0x2E && i > 28) {
                message[i] = (byte) 0x9F;
            }
        }
        return new IkeAction.Transmit(transmit.local(), transmit.remote(), message);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void lostFragmentIsRepeatedWithTheOthers(int lost) {
        int[] seen = {0};
        network.onlyIf(transmit -> !Reassembly.isFragment(transmit.message()) || seen[0]++ != lost);
        up();

        assertTrue(network.east().count(IkeCounter.RETRANSMITS_SENT) >= 1);
        assertEquals(1, network.west().count(IkeCounter.IKE_SAS_ESTABLISHED));
    }

    @Test
    void lostAnswerIsRepeatedOncePerRound() {
        boolean[] lost = {false};
        network.onlyIf(
                transmit -> {
                    if (Messages.isResponse(transmit, 35) && !lost[0]) {
                        lost[0] = true;
                        return false;
                    }
                    return true;
                });
        up();

        assertEquals(1, network.west().count(IkeCounter.RETRANSMITS_ANSWERED));
        assertEquals(1, network.west().count(IkeCounter.IKE_SAS_ESTABLISHED));
    }

    /** A request of east's that nobody sent, cut to a size. */
    private List<byte[]> request(int maxBytes, int messageId) {
        List<Payload> payloads = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            payloads.add(new VendorIdPayload(Octets.copyOf(new byte[100])));
        }
        IkeSa sa = network.east().ikeSas().getFirst();
        IkeHeader header =
                new IkeHeader(
                        sa.channel().initiatorSpi(),
                        sa.channel().responderSpi(),
                        Messages.INFORMATIONAL,
                        true,
                        false,
                        messageId);
        return MessageEncoder.sealWithin(
                maxBytes,
                header,
                payloads,
                sa.channel().keys().cipher(Side.INITIATOR, new DeterministicRandom(3)));
    }

    @Test
    void fragmentsMayComeInAnyOrderAndTwice() {
        up();
        Impersonator east = new Impersonator(network.east(), network.nowNanos());
        List<byte[]> fragments = request(600, 2);
        assertTrue(fragments.size() > 3);
        List<IkeAction.Transmit> answers = new ArrayList<>();
        for (byte[] fragment : fragments.reversed()) {
            answers.addAll(east.deliver(network.west(), fragment));
            if (answers.isEmpty()) {
                answers.addAll(east.deliver(network.west(), fragment));
            }
        }

        assertEquals(1, answers.size());
        IkeMessage answer = east.open(answers.getFirst());
        assertTrue(answer.payloads().isEmpty());
    }

    @Test
    void smallerFragmentsTakeOverFromLargerOnes() {
        up();
        Impersonator east = new Impersonator(network.east(), network.nowNanos());
        List<byte[]> large = request(1_200, 2);
        List<byte[]> small = request(500, 2);
        List<IkeAction.Transmit> answers =
                new ArrayList<>(east.deliver(network.west(), large.getFirst()));
        for (byte[] fragment : small.subList(1, small.size())) {
            answers.addAll(east.deliver(network.west(), fragment));
            answers.addAll(east.deliver(network.west(), large.getLast()));
        }
        assertEquals(List.of(), answers);
        answers.addAll(east.deliver(network.west(), small.getFirst()));
        assertEquals(1, answers.size());

        // Cut anew once more, because the answer was lost: only the first is answered.
        for (byte[] fragment : request(400, 2)) {
            answers.addAll(east.deliver(network.west(), fragment));
        }
        assertEquals(2, answers.size());
    }

    @Test
    void forgedFragmentChangesNothing() {
        up();
        Impersonator east = new Impersonator(network.east(), network.nowNanos());
        List<byte[]> fragments = request(600, 2);
        byte[] forged = fragments.getFirst().clone();
        forged[forged.length - 1] ^= 1;
        long before = network.west().count(IkeCounter.DROPPED_NOT_AUTHENTIC);
        east.deliver(network.west(), forged);
        // Number and total are covered by the ICV as well (RFC 7383 2.5).
        byte[] renumbered = fragments.getFirst().clone();
        renumbered[35] ^= 1;
        east.deliver(network.west(), renumbered);
        assertEquals(before + 2, network.west().count(IkeCounter.DROPPED_NOT_AUTHENTIC));

        List<IkeAction.Transmit> answers = new ArrayList<>();
        fragments.forEach(fragment -> answers.addAll(east.deliver(network.west(), fragment)));
        assertEquals(1, answers.size());
    }

    @Test
    void incompleteMessageIsForgottenAfterAWhile() {
        up();
        network.onlyIf(transmit -> !transmit.local().getAddress().equals(Settings.EAST));
        Impersonator east = new Impersonator(network.east(), network.nowNanos());
        List<byte[]> fragments = request(600, 2);
        for (byte[] fragment : fragments.subList(1, fragments.size())) {
            east.deliver(network.west(), fragment);
        }
        network.west().handle(new IkeInput.TimerDue(), network.nowNanos() + IkeTiming.seconds(31));
        List<IkeAction.Transmit> answers =
                network.west()
                        .handle(
                                new IkeInput.DatagramReceived(
                                        network.west().ikeSas().getFirst().path().local(),
                                        network.west().ikeSas().getFirst().path().remote(),
                                        fragments.getFirst()),
                                network.nowNanos() + IkeTiming.seconds(31));

        assertFalse(
                answers.stream().anyMatch(t -> Messages.header(t).response()),
                "the first alone is not the whole");
    }

    @Test
    void fragmentsFromAPeerThatWasNotToldAreRefused() {
        up();
        network.west().ikeSas().getFirst().channel().fragment(false);
        Impersonator east = new Impersonator(network.east(), network.nowNanos());
        List<IkeAction.Transmit> answers = new ArrayList<>();
        request(600, 2).forEach(f -> answers.addAll(east.deliver(network.west(), f)));

        assertEquals(List.of(), answers);
        Agreement.assertOneOfEach(network);
    }

    @Test
    void wholeCopyBesidesFragmentsIsAnswered() {
        up();
        Impersonator east = new Impersonator(network.east(), network.nowNanos());
        east.deliver(network.west(), request(600, 2).getFirst());
        List<IkeAction.Transmit> answers =
                east.request(
                        network.west(),
                        Messages.INFORMATIONAL,
                        2,
                        NotifyPayload.of(NotifyType.INITIAL_CONTACT));

        assertEquals(1, answers.size());
    }
}
