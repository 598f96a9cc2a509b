package culvert.ike;

import culvert.ike.message.IkeMessage;
import culvert.ike.message.IkeSpi;
import culvert.ike.message.NotifyPayload;
import culvert.ike.message.NotifyType;
import culvert.ike.message.Octets;
import culvert.ike.message.Payload;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * What the hashes of addresses in IKE_SA_INIT tell (RFC 7296 2.23).
 *
 * @param weAreBehindNat the peer sees us at another address than our own
 * @param peerIsBehindNat the peer's packets come from another address than its own; also when the
 *     peer fakes its hash, as we do, to have ESP in UDP
 */
record NatDetection(boolean weAreBehindNat, boolean peerIsBehindNat) {
    private static final int HASH_BYTES = 20;

    boolean anyNat() {
        return weAreBehindNat || peerIsBehindNat;
    }

    /**
     * The two notifies of a message that travels from local to remote.
     *
     * @param forceUdp put random octets in place of our address's hash: the peer finds a NAT, and
     *     encapsulates ESP in UDP although there is none
     */
    static List<Payload> notifies(
            IkeSpi initiatorSpi,
            IkeSpi responderSpi,
            InetSocketAddress local,
            InetSocketAddress remote,
            boolean forceUdp,
            Turn turn) {
        Octets source =
                forceUdp ? turn.randomOctets(HASH_BYTES) : hash(initiatorSpi, responderSpi, local);
        return List.of(
                NotifyPayload.of(NotifyType.NAT_DETECTION_SOURCE_IP, source),
                NotifyPayload.of(
                        NotifyType.NAT_DETECTION_DESTINATION_IP,
                        hash(initiatorSpi, responderSpi, remote)));
    }

    /** Compares the peer's hashes with the addresses of the datagram that brought them. */
    static NatDetection of(IkeMessage message, InetSocketAddress local, InetSocketAddress remote) {
        IkeSpi spiI = message.header().initiatorSpi();
        IkeSpi spiR = message.header().responderSpi();
        return new NatDetection(
                differs(message, NotifyType.NAT_DETECTION_DESTINATION_IP, hash(spiI, spiR, local)),
                differs(message, NotifyType.NAT_DETECTION_SOURCE_IP, hash(spiI, spiR, remote)));
    }

    /** A host with several addresses may send several hashes: one that matches is enough. */
    private static boolean differs(IkeMessage message, int notifyType, Octets expected) {
        List<NotifyPayload> hashes =
                message.all(NotifyPayload.class)
                        .filter(notify -> notify.notifyType() == notifyType)
                        .toList();
        return !hashes.isEmpty()
                && hashes.stream().noneMatch(notify -> notify.data().equals(expected));
    }

    /** SHA-1(SPIi | SPIr | address | port); no secret hangs on it. */
    static Octets hash(IkeSpi initiatorSpi, IkeSpi responderSpi, InetSocketAddress address) {
        byte[] octets = address.getAddress().getAddress();
        byte[] input =
                ByteBuffer.allocate(2 * Long.BYTES + octets.length + Short.BYTES)
                        .putLong(initiatorSpi.value())
                        .putLong(responderSpi.value())
                        .put(octets)
                        .putShort((short) address.getPort())
                        .array();
        try {
            return Octets.copyOf(MessageDigest.getInstance("SHA-1").digest(input));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
