package culvert.esp;

import culvert.model.Spi;

/**
 * What an outbound SA has carried.
 *
 * @param bytes octets of ESP
 * @param sequenceNumber the last one used; past {@link #SEQUENCE_SOFT_LIMIT} a rekey is urgent
 * @param lastPacketNanos {@code System.nanoTime()} of the batch with the newest packet; meaningless
 *     while {@code packets} is 0
 */
public record OutboundSaActivity(
        Spi spi, long packets, long bytes, long sequenceNumber, long lastPacketNanos) {
    /**
     * An eighth of the sequence numbers is left: half an hour at AWS's 140,000 packets a second.
     */
    public static final long SEQUENCE_SOFT_LIMIT = 0xE000_0000L;

    public boolean nearsSequenceEnd() {
        return sequenceNumber >= SEQUENCE_SOFT_LIMIT;
    }
}
