package culvert.esp;

import culvert.model.Spi;

/**
 * What an inbound SA has carried: authentic packets only, so proof that the peer lives and uses it.
 *
 * @param bytes octets of ESP
 * @param lastPacketNanos {@code System.nanoTime()} of the batch with the newest packet; meaningless
 *     while {@code packets} is 0
 */
public record InboundSaActivity(Spi spi, long packets, long bytes, long lastPacketNanos) {}
