package culvert.ike;

import culvert.ike.message.DecodeResult;
import culvert.ike.message.ExchangeType;
import culvert.ike.message.IkeHeader;
import culvert.ike.message.IkeMessage;
import culvert.ike.message.IkeSpi;
import culvert.ike.message.KePayload;
import culvert.ike.message.MessageDecoder;
import culvert.ike.message.MessageEncoder;
import culvert.ike.message.NoncePayload;
import culvert.ike.message.NotifyPayload;
import culvert.ike.message.NotifyType;
import culvert.ike.message.Octets;
import culvert.ike.message.Payload;
import culvert.ike.message.SaPayload;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** IKE_SA_INIT requests to the western gateway, as anyone can write them. */
final class FirstMessages {
    private FirstMessages() {}

    static IkeInput.DatagramReceived of(InetAddress source, long spi, Payload... before) {
        List<Payload> payloads = new ArrayList<>(List.of(before));
        payloads.add(IkeProposals.offer(Settings.east().build().ikeProposals(), Octets.EMPTY));
        payloads.add(new KePayload(31, Octets.copyOf(new byte[32])));
        payloads.add(new NoncePayload(Octets.copyOf(new byte[32])));
        byte[] message =
                MessageEncoder.encode(
                        new IkeHeader(
                                new IkeSpi(spi),
                                IkeSpi.NONE,
                                ExchangeType.IKE_SA_INIT,
                                true,
                                false,
                                0),
                        payloads);
        return new IkeInput.DatagramReceived(
                new InetSocketAddress(Settings.WEST, 500),
                new InetSocketAddress(source, 500),
                message);
    }

    /** Sends one, and once more with the cookie if one is demanded; what came back last. */
    static List<IkeAction.Transmit> withCookie(
            SimulatedGateway west, InetAddress source, long spi, long nowNanos) {
        List<IkeAction.Transmit> answers = west.handle(of(source, spi), nowNanos);
        return answers.isEmpty() || !isCookieDemand(answers.getFirst())
                ? answers
                : west.handle(
                        of(
                                source,
                                spi,
                                NotifyPayload.of(NotifyType.COOKIE, cookie(answers.getFirst()))),
                        nowNanos);
    }

    static IkeMessage decode(byte[] message) {
        return ((DecodeResult.Ok) MessageDecoder.decode(message)).message();
    }

    static boolean isCookieDemand(IkeAction.Transmit transmit) {
        IkeMessage message = decode(transmit.message());
        return message.notify(NotifyType.COOKIE).isPresent()
                && message.header().responderSpi().equals(IkeSpi.NONE);
    }

    static Octets cookie(IkeAction.Transmit demand) {
        return decode(demand.message()).notify(NotifyType.COOKIE).orElseThrow().data();
    }

    static boolean beginsIkeSa(List<IkeAction.Transmit> answers) {
        return !answers.isEmpty()
                && decode(answers.getFirst().message()).first(SaPayload.class).isPresent();
    }
}
