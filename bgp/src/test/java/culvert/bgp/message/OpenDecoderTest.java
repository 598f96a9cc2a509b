package culvert.bgp.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenDecoderTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    version 3                           | 03 fc00 001e 0a000001 00               | 1 | 0004
                    AS 0                                | 04 0000 001e 0a000001 00               | 2 |
                    AS 0 in the capability              | 04 fc00 001e 0a000001 08 02 06 41 04 00000000 | 2 |
                    BGP identifier 0                    | 04 fc00 001e 00000000 00               | 3 |
                    authentication parameter            | 04 fc00 001e 0a000001 03 01 01 00      | 4 |
                    hold time 1                         | 04 fc00 0001 0a000001 00               | 6 |
                    hold time 2                         | 04 fc00 0002 0a000001 00               | 6 |
                    parameters longer than the message  | 04 fc00 001e 0a000001 08 02 00         | 0 |
                    octets after the parameters         | 04 fc00 001e 0a000001 00 00            | 0 |
                    parameter of one octet              | 04 fc00 001e 0a000001 01 02            | 0 |
                    parameter longer than all           | 04 fc00 001e 0a000001 03 02 06 41      | 0 |
                    capability of one octet             | 04 fc00 001e 0a000001 03 02 01 41      | 0 |
                    capability longer than parameter    | 04 fc00 001e 0a000001 04 02 02 41 04   | 0 |
                    four-octet AS of 2 octets           | 04 fc00 001e 0a000001 06 02 04 41 02 fc00 | 0 |
                    multiprotocol of 3 octets           | 04 fc00 001e 0a000001 07 02 05 01 03 000101 | 0 |
                    graceful restart of 1 octet         | 04 fc00 001e 0a000001 05 02 03 40 01 00 | 0 |
                    graceful restart of 4 octets        | 04 fc00 001e 0a000001 08 02 06 40 04 00780001 | 0 |
                    route refresh with a value          | 04 fc00 001e 0a000001 05 02 03 02 01 00 | 0 |
                    extended parameters without length  | 04 fc00 001e 0a000001 ff ff            | 0 |
                    extended parameters cut short       | 04 fc00 001e 0a000001 ff ff 0008 02 00 | 0 |
                    extended parameter header cut short | 04 fc00 001e 0a000001 ff ff 0002 02 00 | 0 |
                    """)
    void refusesABadOpen(String name, String body, int subcode, String data) {
        DecodeResult result =
                MessageDecoder.decode(Wire.frame(MessageType.OPEN, body), Negotiated.NOTHING);
        DecodeError error = assertInstanceOf(DecodeResult.Malformed.class, result).error();
        assertEquals(
                new Notification(
                        Notification.OPEN_ERROR,
                        subcode,
                        data == null ? Octets.EMPTY : Octets.ofHex(data)),
                error.notification());
    }

    @Test
    void readsCapabilitiesSpreadOverParameters() {
        Open open =
                decode(
                        "04 5ba0 001e 0a000001 1c"
                                + "02 06 01 04 0001 00 01"
                                + "02 06 41 04 fa56ea00"
                                + "02 0a 40 06 8078 0001 01 80 63 00");
        assertEquals(0xfa56ea00, open.asn());
        assertEquals(
                List.of(
                        new Capability.MultiProtocol(1, 1),
                        new Capability.FourOctetAs(0xfa56ea00),
                        new Capability.GracefulRestart(
                                true,
                                false,
                                120,
                                List.of(new Capability.GracefulRestart.Preserved(1, 1, true))),
                        new Capability.Unknown(0x63, Octets.EMPTY)),
                open.capabilities());
    }

    @Test
    void readsExtendedParametersWhateverTheShortLengthSays() {
        Open open = decode("04 fc00 001e 0a000001 01 ff 0009 02 0006 01 04 0002 00 01");
        assertEquals(List.of(new Capability.MultiProtocol(2, 1)), open.capabilities());
    }

    @Test
    void writesManyCapabilitiesInTheExtendedForm() {
        List<Capability> many = new ArrayList<>();
        for (int code = 128; code < 200; code++) {
            many.add(new Capability.Unknown(code, Octets.ofHex("00".repeat(code))));
        }
        Open open = new Open(65000, 30, 1, many.subList(0, 20));
        DecodeResult result =
                Wire.decode(MessageEncoder.encode(open, Negotiated.NOTHING), Negotiated.NOTHING);
        assertEquals(open, assertInstanceOf(DecodeResult.Decoded.class, result).message());
    }

    @Test
    void speakerWithoutCapabilitiesOffersIpv4() {
        Open open = decode("04 fc00 001e 0a000001 00");
        assertTrue(open.offers(AddressFamily.IPV4_UNICAST));
        assertFalse(open.offers(AddressFamily.IPV6_UNICAST));
    }

    private static Open decode(String hex) {
        DecodeResult result =
                MessageDecoder.decode(Wire.frame(MessageType.OPEN, hex), Negotiated.NOTHING);
        return assertInstanceOf(
                Open.class, assertInstanceOf(DecodeResult.Decoded.class, result).message());
    }
}
