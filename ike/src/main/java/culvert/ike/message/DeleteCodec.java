package culvert.ike.message;

import java.util.ArrayList;
import java.util.List;

/**
 * D (RFC 7296 3.11).
 *
 * <pre>
 *                      1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+---------------+-------------------------------+
 * |  Protocol ID  |   SPI Size    |          Num of SPIs          |
 * +---------------+---------------+-------------------------------+
 * |               SPIs, one after the other (variable)            |
 * +---------------------------------------------------------------+
 * </pre>
 */
final class DeleteCodec {
    private static final int ESP_SPI_BYTES = 4;

    private DeleteCodec() {}

    static DeletePayload decode(OctetReader in) throws MalformedMessageException {
        int protocolId = in.u8();
        int spiBytes = in.u8();
        int count = in.u16();
        boolean possible =
                switch (protocolId) {
                    case ProtocolId.IKE -> spiBytes == 0;
                    case ProtocolId.AH, ProtocolId.ESP -> spiBytes == ESP_SPI_BYTES;
                    default -> false;
                };
        if (!possible) {
            throw MalformedMessageException.syntax(
                    "a delete for protocol %d has SPIs of %d octets"
                            .formatted(protocolId, spiBytes));
        }
        if (count > Limits.SPIS_PER_DELETE) {
            throw MalformedMessageException.syntax(
                    "more than " + Limits.SPIS_PER_DELETE + " SPIs in a delete");
        }
        List<Octets> spis = new ArrayList<>();
        // An IKE SA is not named: whatever its count says, there is nothing to read.
        for (int i = 0; spiBytes > 0 && i < count; i++) {
            spis.add(in.octets(spiBytes));
        }
        in.requireEnd();
        return new DeletePayload(protocolId, spis);
    }

    static void encode(DeletePayload delete, OctetWriter out) {
        int spiBytes = delete.protocolId() == ProtocolId.IKE ? 0 : ESP_SPI_BYTES;
        out.u8(delete.protocolId()).u8(spiBytes).u16(delete.spis().size());
        for (Octets spi : delete.spis()) {
            if (spi.length() != spiBytes) {
                throw new IllegalArgumentException("an SPI of " + spi.length() + " octets");
            }
            out.octets(spi);
        }
    }
}
