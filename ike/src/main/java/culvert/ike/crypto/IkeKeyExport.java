package culvert.ike.crypto;

import culvert.ike.message.IkeSpi;

/**
 * The traffic keys of one IKE SA in hexadecimal, as a packet analyser wants them to decrypt a
 * capture. Exists only when the operator asked for it.
 *
 * @param encryption the cipher as Wireshark's table of IKEv2 decryption names it
 * @param integrity the same for integrity
 */
public record IkeKeyExport(
        IkeSpi initiatorSpi,
        IkeSpi responderSpi,
        String skEi,
        String skEr,
        String encryption,
        String skAi,
        String skAr,
        String integrity) {

    /** One line of Wireshark's file {@code ikev2_decryption_table}; it holds the keys. */
    public String analyserLine() {
        return "%s,%s,%s,%s,\"%s\",%s,%s,\"%s\""
                .formatted(
                        initiatorSpi, responderSpi, skEi, skEr, encryption, skAi, skAr, integrity);
    }

    @Override
    public String toString() {
        return "IkeKeyExport[%s %s, keys not shown]".formatted(initiatorSpi, responderSpi);
    }
}
