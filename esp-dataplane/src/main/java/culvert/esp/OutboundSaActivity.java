package culvert.esp;

import culvert.model.Spi;

/**
 * What an outbound SA has carried.
 *
 * @param bytes octets of ESP
 * @param sequenceNumber the last one used
 * @param lastPacketNanos {@code System.nanoTime()} of the batch with the newest packet; meaningless
 *     while {@code packets} is 0
 */
public record OutboundSaActivity(
        Spi spi, long packets, long bytes, long sequenceNumber, long lastPacketNanos) {}
