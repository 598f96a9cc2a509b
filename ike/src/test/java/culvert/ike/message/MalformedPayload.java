package culvert.ike.message;

import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A payload that lies.
 *
 * @param bodyHex what stands behind its generic header, which is right
 * @param reason what the decoder says of it
 */
public record MalformedPayload(int type, String bodyHex, String reason) {
    // Pieces of SA payloads.
    private static final String AES = "03000008 01 00 000c";
    private static final String LAST_AES = "00000008 01 00 000c";

    public static Stream<MalformedPayload> all() {
        return Stream.concat(
                transformsOfImpossibleLength(),
                Stream.of(
                        // SA (RFC 7296 3.3)
                        sa("", "SA is cut short: needs 1 octets more, has 0"),
                        sa("00 00 0007 01 01 00", "a proposal has the impossible length 7"),
                        sa("00 00 0000", "a proposal has the impossible length 0"),
                        sa(
                                "00 00 0100 01 01 00 01",
                                "SA is cut short: needs 252 octets more, has 4"),
                        sa(
                                "01 00 0010 01 01 00 01" + LAST_AES,
                                "a proposal is marked 1, neither last (0) nor followed (2)"),
                        sa(
                                "02 00 0010 01 01 00 01" + LAST_AES,
                                "SA is cut short: needs 1 octets more, has 0"),
                        sa(
                                "00 00 0010 01 01 00 01" + LAST_AES + "00",
                                "SA is followed by 1 octets too many"),
                        sa("00 00 0008 01 01 00 00", "a proposal has no transforms"),
                        sa("00 00 0010 00 01 00 01" + LAST_AES, "proposal 1 has number 0"),
                        sa(
                                "02 00 0010 01 01 00 01"
                                        + LAST_AES
                                        + "00 00 0010 03 01 00 01"
                                        + LAST_AES,
                                "proposal 2 has number 3"),
                        sa(
                                "02 00 0010 02 01 00 01"
                                        + LAST_AES
                                        + "00 00 0010 03 01 00 01"
                                        + LAST_AES,
                                "proposal 1 has number 2"),
                        sa(
                                "00 00 0010 01 03 00 01" + LAST_AES,
                                "a proposal for protocol 3 has an SPI of 0 octets"),
                        sa(
                                "00 00 0018 01 03 08 01 0102030405060708" + LAST_AES,
                                "a proposal for protocol 3 has an SPI of 8 octets"),
                        sa(
                                "00 00 0014 01 01 04 01 01020304" + LAST_AES,
                                "a proposal for protocol 1 has an SPI of 4 octets"),
                        sa(
                                "00 00 000c 01 09 ff 01 01020304",
                                "proposal is cut short: needs 255 octets more, has 4"),
                        sa(
                                "00 00 0010 01 01 00 02" + LAST_AES,
                                "a proposal of 2 transforms ends at number 1"),
                        sa(
                                "00 00 0010 01 01 00 01" + AES,
                                "a proposal of 1 transforms ends at number 1"),
                        sa(
                                "00 00 0018 01 01 00 02" + LAST_AES + LAST_AES,
                                "a proposal of 2 transforms ends at number 1"),
                        sa(
                                "00 00 0018 01 01 00 01" + LAST_AES + LAST_AES,
                                "proposal is followed by 8 octets too many"),
                        sa(
                                "00 00 0010 01 01 00 01 01000008 01 00 000c",
                                "a transform is marked 1, neither last (0) nor followed (3)"),
                        sa(
                                "00 00 0010 01 01 00 01 00000009 01 00 000c",
                                "proposal is cut short: needs 5 octets more, has 4"),
                        sa(
                                "00 00 0012 01 01 00 01 0000000a 01 00 000c 800e",
                                "transform is cut short: needs 1 octets more, has 0"),
                        sa(
                                "00 00 0014 01 01 00 01 0000000c 01 00 000c 000e 0004",
                                "transform is cut short: needs 4 octets more, has 0"),
                        sa(
                                "00 00 0408 01 01 00 81" + AES.repeat(128) + LAST_AES,
                                "more than 128 transforms in a proposal"),
                        sa(
                                "00 00 0800 01 01 00 ff" + AES.repeat(254) + LAST_AES,
                                "more than 128 transforms in a proposal"),
                        sa(proposals(65), "more than 64 proposals"),
                        // KE (3.4)
                        body(PayloadType.KE, "0013", "KE is cut short: needs 2 octets more, has 0"),
                        body(PayloadType.KE, "0013 0000", "KE has no data"),
                        // IDi, IDr (3.5)
                        body(PayloadType.IDI, "02", "IDi is cut short: needs 3 octets more, has 0"),
                        body(
                                PayloadType.IDI,
                                "00 000000 61",
                                "an identification of type 0 has 1 octets"),
                        body(
                                PayloadType.IDI,
                                "02 000000",
                                "an identification of type 2 has 0 octets"),
                        body(
                                PayloadType.IDR,
                                "01 000000 0a0000",
                                "an identification of type 1 has 3 octets"),
                        body(
                                PayloadType.IDR,
                                "05 000000 0a000001",
                                "an identification of type 5 has 4 octets"),
                        // CERT, CERTREQ (3.6, 3.7)
                        body(PayloadType.CERT, "", "CERT is cut short: needs 1 octets more, has 0"),
                        body(PayloadType.CERT, "04", "CERT has no data"),
                        body(
                                PayloadType.CERTREQ,
                                "",
                                "CERTREQ is cut short: needs 1 octets more, has 0"),
                        // AUTH (3.8)
                        body(PayloadType.AUTH, "", "AUTH is cut short: needs 1 octets more, has 0"),
                        body(
                                PayloadType.AUTH,
                                "02 0000",
                                "AUTH is cut short: needs 3 octets more, has 2"),
                        body(PayloadType.AUTH, "02 000000", "AUTH has no data"),
                        body(PayloadType.AUTH, "00 000000 01", "AUTH has the reserved method 0"),
                        // Nonce (2.10)
                        body(PayloadType.NONCE, "", "a nonce of 0 octets is not within 16 to 256"),
                        body(
                                PayloadType.NONCE,
                                "00".repeat(15),
                                "a nonce of 15 octets is not within 16 to 256"),
                        body(
                                PayloadType.NONCE,
                                "00".repeat(257),
                                "a nonce of 257 octets is not within 16 to 256"),
                        // N (3.10)
                        body(
                                PayloadType.NOTIFY,
                                "00 00 40",
                                "N is cut short: needs 1 octets more, has 0"),
                        body(
                                PayloadType.NOTIFY,
                                "09 ff 4000 01",
                                "N is cut short: needs 255 octets more, has 1"),
                        body(
                                PayloadType.NOTIFY,
                                "03 08 000b 0102030405060708",
                                "a notify for protocol 3 has an SPI of 8 octets"),
                        body(
                                PayloadType.NOTIFY,
                                "01 04 000b 01020304",
                                "a notify for protocol 1 has an SPI of 4 octets"),
                        body(
                                PayloadType.NOTIFY,
                                "00 00 4006",
                                "COOKIE with an SPI of 0 octets and 0 of data"),
                        body(
                                PayloadType.NOTIFY,
                                "00 00 4006" + "00".repeat(65),
                                "COOKIE with an SPI of 0 octets and 65 of data"),
                        body(
                                PayloadType.NOTIFY,
                                "00 00 0011 13",
                                "INVALID_KE_PAYLOAD with an SPI of 0 octets and 1 of data"),
                        body(
                                PayloadType.NOTIFY,
                                "00 00 4004" + "00".repeat(19),
                                "notify 16388 with an SPI of 0 octets and 19 of data"),
                        body(
                                PayloadType.NOTIFY,
                                "00 00 4005" + "00".repeat(21),
                                "notify 16389 with an SPI of 0 octets and 21 of data"),
                        body(
                                PayloadType.NOTIFY,
                                "00 00 4001 0001",
                                "notify 16385 with an SPI of 0 octets and 2 of data"),
                        body(
                                PayloadType.NOTIFY,
                                "03 00 4009",
                                "REKEY_SA with an SPI of 0 octets and 0 of data"),
                        body(
                                PayloadType.NOTIFY,
                                "00 04 4009 01020304",
                                "REKEY_SA with an SPI of 4 octets and 0 of data"),
                        body(
                                PayloadType.NOTIFY,
                                "00 00 402f 000200",
                                "SIGNATURE_HASH_ALGORITHMS with an SPI of 0 octets and 3 of data"),
                        // D (3.11)
                        body(
                                PayloadType.DELETE,
                                "03 04 00",
                                "D is cut short: needs 1 octets more, has 0"),
                        body(
                                PayloadType.DELETE,
                                "03 04 0002 01020304",
                                "D is cut short: needs 4 octets more, has 0"),
                        body(
                                PayloadType.DELETE,
                                "03 04 0001 01020304 05",
                                "D is followed by 1 octets too many"),
                        body(
                                PayloadType.DELETE,
                                "03 00 ffff",
                                "a delete for protocol 3 has SPIs of 0 octets"),
                        body(
                                PayloadType.DELETE,
                                "03 08 0001 0102030405060708",
                                "a delete for protocol 3 has SPIs of 8 octets"),
                        body(
                                PayloadType.DELETE,
                                "01 08 0001 0102030405060708",
                                "a delete for protocol 1 has SPIs of 8 octets"),
                        body(
                                PayloadType.DELETE,
                                "01 00 0000 01",
                                "D is followed by 1 octets too many"),
                        body(
                                PayloadType.DELETE,
                                "00 00 0000",
                                "a delete for protocol 0 has SPIs of 0 octets"),
                        body(
                                PayloadType.DELETE,
                                "04 04 0000",
                                "a delete for protocol 4 has SPIs of 4 octets"),
                        body(
                                PayloadType.DELETE,
                                "03 04 0101" + "01020304".repeat(257),
                                "more than 256 SPIs in a delete"),
                        // TSi, TSr (3.13)
                        body(PayloadType.TSI, "", "TSi is cut short: needs 1 octets more, has 0"),
                        body(PayloadType.TSI, "00 000000", "a TS payload without selectors"),
                        body(
                                PayloadType.TSI,
                                "02 000000" + selector("0000 ffff"),
                                "TSi is cut short: needs 1 octets more, has 0"),
                        body(
                                PayloadType.TSR,
                                "01 000000" + selector("0000 ffff") + "00",
                                "TSr is followed by 1 octets too many"),
                        body(
                                PayloadType.TSI,
                                "ff 000000" + selector("0000 ffff"),
                                "TSi is cut short: needs 1 octets more, has 0"),
                        body(
                                PayloadType.TSI,
                                "01 000000 07 00 0003",
                                "a selector has the impossible length 3"),
                        body(
                                PayloadType.TSI,
                                "01 000000 07 00 0010 0000 ffff 0a000000",
                                "TSi is cut short: needs 12 octets more, has 8"),
                        body(
                                PayloadType.TSI,
                                "01 000000 07 00 000c 0000 ffff 0a000000",
                                "selector is cut short: needs 4 octets more, has 0"),
                        body(
                                PayloadType.TSI,
                                "01 000000 07 00 0011 0000 ffff 0a000000 0a0000ff 00",
                                "selector is followed by 1 octets too many"),
                        body(
                                PayloadType.TSI,
                                "01 000000 08 00 0010 0000 ffff 0a000000 0a0000ff",
                                "selector is cut short: needs 16 octets more, has 8"),
                        body(
                                PayloadType.TSI,
                                "01 000000 07 00 0010 0000 ffff 0a0000ff 0a000000",
                                "a selector's addresses start after their end"),
                        body(
                                PayloadType.TSI,
                                "01 000000 07 06 0010 0050 004f 0a000000 0a0000ff",
                                "a selector's ports start after their end"),
                        // SK within anything
                        body(
                                PayloadType.SK,
                                "00".repeat(32),
                                "SK where no encrypted payload may be"),
                        body(
                                PayloadType.SKF,
                                "00".repeat(32),
                                "SKF where no encrypted payload may be")));
    }

    private static Stream<MalformedPayload> transformsOfImpossibleLength() {
        return IntStream.range(0, 8)
                .mapToObj(
                        length ->
                                sa(
                                        "00 00 0010 01 01 00 01 00 00 000%d 01 00 000c"
                                                .formatted(length),
                                        "a transform has the impossible length " + length));
    }

    private static String proposals(int count) {
        StringBuilder hex = new StringBuilder();
        for (int number = 1; number <= count; number++) {
            hex.append(number < count ? "02" : "00")
                    .append("000010%02x010001".formatted(number))
                    .append(LAST_AES);
        }
        return hex.toString();
    }

    private static MalformedPayload sa(String bodyHex, String reason) {
        return body(PayloadType.SA, bodyHex, reason);
    }

    private static MalformedPayload body(int type, String bodyHex, String reason) {
        return new MalformedPayload(type, bodyHex, reason);
    }

    private static String selector(String ports) {
        return "07 00 0010" + ports + "0a000000 0a0000ff";
    }

    /** With nothing beside it. */
    public RawMessage alone() {
        return RawMessage.startingWith(type).payload(PayloadType.NONE, RawMessage.hex(bodyHex));
    }

    @Override
    public String toString() {
        return "payload " + type + ": " + reason;
    }
}
