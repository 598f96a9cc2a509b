package culvert.model;

import java.util.List;

/**
 * What the dataplane needs to seal packets of one CHILD SA.
 *
 * @param spi chosen by the peer
 * @param keymat key then salt (RFC 4106 8.1); the receiver of this record owns and wipes it
 * @param extendedSequenceNumbers 64 bits, of which packets carry 32 (RFC 4303 2.2.1)
 * @param encapsulation how its packets travel: {@link Encapsulation#UDP} or {@link
 *     Encapsulation#ESP}
 * @param sources selectors for the inner source address: our side
 * @param destinations selectors for the inner destination address: the peer's side
 */
public record OutboundSaParameters(
        Spi spi,
        EspSuite suite,
        Secret keymat,
        boolean extendedSequenceNumbers,
        Encapsulation encapsulation,
        List<TrafficSelector> sources,
        List<TrafficSelector> destinations) {
    public OutboundSaParameters {
        if (encapsulation == Encapsulation.AUTO) {
            throw new IllegalArgumentException("whoever makes an SA knows how it travels");
        }
        sources = List.copyOf(sources);
        destinations = List.copyOf(destinations);
    }
}
