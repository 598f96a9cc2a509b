package culvert.model;

import java.util.List;

/**
 * What the dataplane needs to open packets of one CHILD SA.
 *
 * @param spi chosen by us; the peer writes it into its packets
 * @param keymat key then salt (RFC 4106 8.1); the receiver of this record owns and wipes it
 * @param extendedSequenceNumbers 64 bits, of which packets carry 32 (RFC 4303 2.2.1)
 * @param replayWindow packets, 32 to 4096
 * @param sources selectors for the inner source address: the peer's side
 * @param destinations selectors for the inner destination address: our side
 */
public record InboundSaParameters(
        Spi spi,
        EspSuite suite,
        Secret keymat,
        boolean extendedSequenceNumbers,
        int replayWindow,
        List<TrafficSelector> sources,
        List<TrafficSelector> destinations) {
    public InboundSaParameters {
        sources = List.copyOf(sources);
        destinations = List.copyOf(destinations);
    }
}
