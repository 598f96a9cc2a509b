package culvert.ike;

import culvert.ike.IkeInput.DatagramReceived;
import culvert.ike.crypto.InvalidPublicValueException;
import culvert.ike.message.DecodeResult;
import culvert.ike.message.ExchangeType;
import culvert.ike.message.IkeHeader;
import culvert.ike.message.IkeMessage;
import culvert.ike.message.IkeSpi;
import culvert.ike.message.MessageDecoder;
import culvert.ike.message.NotifyType;
import java.util.List;

/**
 * The way of a datagram that names one of our IKE SAs, cheapest test first:
 *
 * <pre>
 *   1 direction flag, peer's SPI, and address while half-open
 *   2 message ID: the next request, the last one again, or the response that we wait for
 *   3 exchange type against the state
 *   4 ICV
 *   5 the exchange
 * </pre>
 *
 * <p>Whatever fails is dropped and counted; before step 4 is through nothing changes.
 */
final class MessagePipeline {
    private MessagePipeline() {}

    static void receive(IkeSa sa, IkeHeader header, DatagramReceived datagram, Turn turn) {
        boolean initiator = sa.channel().originalInitiator();
        IkeSpi theirs = initiator ? header.responderSpi() : header.initiatorSpi();
        if (header.fromOriginalInitiator() == initiator) {
            turn.count(IkeCounter.DROPPED_WRONG_DIRECTION);
        } else if (sa.state() != IkeSa.State.INIT_SENT && !theirs.equals(sa.channel().peerSpi())) {
            turn.count(IkeCounter.DROPPED_UNKNOWN_SPI);
        } else if (sa.isHalfOpen()
                && !datagram.remote().getAddress().equals(sa.path().remote().getAddress())) {
            turn.count(IkeCounter.DROPPED_WRONG_ADDRESS);
        } else if (header.response()) {
            onResponse(sa, header, datagram, turn);
        } else {
            onRequest(sa, header, datagram, turn);
        }
    }

    /** An IKE_SA_INIT request with the SPI and the address of the one that began this SA. */
    static void receiveInitAgain(IkeSa sa, DatagramReceived datagram, Turn turn) {
        switch (sa.window().verdict(0, datagram.message())) {
            case REPEATED -> answerAgain(sa, turn);
            case OUTSIDE, NEXT -> {
                if (sa.state() == IkeSa.State.INIT_ANSWERED
                        && sa.channel().keysToCome().alsoRequestedBy(datagram.message())) {
                    answerAgain(sa, turn);
                } else {
                    turn.count(IkeCounter.DROPPED_MESSAGE_ID);
                }
            }
        }
    }

    private static void onRequest(
            IkeSa sa, IkeHeader header, DatagramReceived datagram, Turn turn) {
        switch (sa.window().verdict(header.messageId(), datagram.message())) {
            case REPEATED -> answerAgain(sa, turn);
            case OUTSIDE -> turn.count(IkeCounter.DROPPED_MESSAGE_ID);
            case NEXT -> {
                if (mayAsk(sa, header.exchangeType())) {
                    openRequest(sa, header, datagram, turn);
                } else {
                    turn.count(IkeCounter.DROPPED_WRONG_EXCHANGE);
                }
            }
        }
    }

    private static void answerAgain(IkeSa sa, Turn turn) {
        turn.count(IkeCounter.RETRANSMITS_ANSWERED);
        sa.window().lastResponse().forEach(turn::emit);
    }

    /** Whether the peer may start this exchange now. */
    private static boolean mayAsk(IkeSa sa, int exchangeType) {
        return switch (sa.state()) {
            case INIT_ANSWERED ->
                    exchangeType
                            == (IkeIntermediateAnswer.isDue(sa)
                                    ? ExchangeType.IKE_INTERMEDIATE
                                    : ExchangeType.IKE_AUTH);
            case ESTABLISHED, REPLACED, DELETING ->
                    exchangeType == ExchangeType.CREATE_CHILD_SA
                            || exchangeType == ExchangeType.IKE_FOLLOWUP_KE
                            || exchangeType == ExchangeType.INFORMATIONAL;
            // The peer may be established while its IKE_AUTH response is under way; it asks again.
            case INIT_SENT, AUTH_SENT, CLOSED -> false;
        };
    }

    private static void openRequest(
            IkeSa sa, IkeHeader header, DatagramReceived datagram, Turn turn) {
        switch (open(sa, header, datagram, turn)) {
            case DecodeResult.Ok ok -> {
                sa.onAuthentic(datagram, turn);
                turn.count(IkeCounter.EXCHANGES_ANSWERED);
                ok.message().error().ifPresent(sa.tunnel().counts().errorNotifies()::count);
                answer(sa, ok.message(), datagram, turn);
            }
            case DecodeResult.BadButAuthentic bad -> {
                sa.onAuthentic(datagram, turn);
                sa.respond(header, List.of(bad.answer()), datagram, turn);
                // RFC 7296 2.21.3: an unknown critical payload fails no more than its exchange.
                if (bad.answer().notifyType() != NotifyType.UNSUPPORTED_CRITICAL_PAYLOAD
                        || sa.isHalfOpen()) {
                    sa.end(malformed(sa, bad.reason()), turn);
                }
            }
            // No proof of life: anyone can repeat a fragment.
            case DecodeResult.NeedMoreFragments more -> sa.schedule().reassembling(turn);
            case DecodeResult.BadUnauthenticated bad ->
                    turn.count(IkeCounter.DROPPED_NOT_AUTHENTIC);
        }
    }

    private static void answer(IkeSa sa, IkeMessage request, DatagramReceived datagram, Turn turn) {
        switch (request.header().exchangeType()) {
            case ExchangeType.IKE_INTERMEDIATE ->
                    IkeIntermediateAnswer.answer(sa, request, datagram, turn);
            case ExchangeType.IKE_AUTH -> IkeAuthAnswer.answer(sa, request, datagram, turn);
            case ExchangeType.CREATE_CHILD_SA ->
                    CreateChildSaAnswer.answer(sa, request, datagram, turn);
            case ExchangeType.IKE_FOLLOWUP_KE ->
                    FollowupKeAnswer.answer(sa, request, datagram, turn);
            default -> InformationalAnswer.answer(sa, request, datagram, turn);
        }
    }

    private static void onResponse(
            IkeSa sa, IkeHeader header, DatagramReceived datagram, Turn turn) {
        if (sa.inFlight().isEmpty() || sa.inFlight().get().messageId() != header.messageId()) {
            turn.count(IkeCounter.DROPPED_RESPONSE_TO_NOTHING);
            return;
        }
        LocalExchange exchange = sa.inFlight().get().exchange();
        if (header.exchangeType() != exchange.exchangeType()) {
            turn.count(IkeCounter.DROPPED_WRONG_EXCHANGE);
            return;
        }
        boolean inTheClear = sa.state() == IkeSa.State.INIT_SENT;
        DecodeResult result =
                inTheClear
                        ? MessageDecoder.decode(datagram.message())
                        : open(sa, header, datagram, turn);
        switch (result) {
            case DecodeResult.Ok ok when inTheClear -> {
                ok.message().error().ifPresent(sa.tunnel().counts().errorNotifies()::count);
                exchange.onResponse(sa, ok.message(), datagram, turn);
            }
            case DecodeResult.Ok ok -> {
                sa.onAuthentic(datagram, turn);
                ok.message().error().ifPresent(sa.tunnel().counts().errorNotifies()::count);
                sa.exchangeDone();
                exchange.onResponse(sa, ok.message(), datagram, turn);
                exchange.end(turn);
            }
            case DecodeResult.BadButAuthentic bad -> {
                sa.onAuthentic(datagram, turn);
                sa.exchangeDone();
                exchange.end(turn);
                sa.abandon(malformed(sa, bad.reason()), turn);
            }
            // No proof of life: anyone can repeat a fragment.
            case DecodeResult.NeedMoreFragments more -> sa.schedule().reassembling(turn);
            case DecodeResult.BadUnauthenticated bad ->
                    turn.count(
                            inTheClear
                                    ? IkeCounter.DROPPED_MALFORMED
                                    : IkeCounter.DROPPED_NOT_AUTHENTIC);
        }
    }

    private static DecodeResult open(
            IkeSa sa, IkeHeader header, DatagramReceived datagram, Turn turn) {
        try {
            return sa.channel().open(header, datagram.message(), turn);
        } catch (InvalidPublicValueException e) {
            // The IKE_SA_INIT that asked for this SA can lead nowhere.
            sa.close(turn);
            return new DecodeResult.BadUnauthenticated("the public value is not valid");
        }
    }

    private static Reason malformed(IkeSa sa, String what) {
        return Reason.of("peer " + sa.peerName() + " sent a message that cannot be: " + what);
    }
}
