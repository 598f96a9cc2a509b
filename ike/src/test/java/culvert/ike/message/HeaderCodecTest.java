package culvert.ike.message;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeaderCodecTest {
    private static final String SPIS = "1122334455667788 99aabbccddeeff00";

    @Test
    void writesTheHeaderOfTheRfc() {
        IkeHeader header =
                new IkeHeader(
                        new IkeSpi(0x1122334455667788L),
                        new IkeSpi(0x99aabbccddeeff00L),
                        ExchangeType.CREATE_CHILD_SA,
                        true,
                        true,
                        0x80000001);
        byte[] expected = RawMessage.hex(SPIS + "00 20 24 28 80000001 0000001c");
        assertArrayEquals(expected, MessageEncoder.encode(header, List.of()));
        assertEquals(Optional.of(header), MessageDecoder.peekHeader(expected));
    }

    /** RFC 7296 3.1: a minor version and reserved flags are no reason to refuse. */
    @Test
    void ignoresMinorVersionAndReservedFlags() {
        byte[] datagram = RawMessage.hex(SPIS + "00 2f ff d7 00000000 0000001c");
        assertEquals(
                Optional.of(
                        new IkeHeader(
                                new IkeSpi(0x1122334455667788L),
                                new IkeSpi(0x99aabbccddeeff00L),
                                255,
                                false,
                                false,
                                0)),
                MessageDecoder.peekHeader(datagram));
    }

    @ParameterizedTest
    @CsvSource({
        "'', 0 octets are shorter than an IKE header",
        "1122334455667788 99aabbccddeeff00 00 20 24 28 00000000 000000,"
                + " 27 octets are shorter than an IKE header",
        "1122334455667788 99aabbccddeeff00 00 10 24 28 00000000 0000001c, IKE version 1 is not 2",
        "1122334455667788 99aabbccddeeff00 00 30 24 28 00000000 0000001c, IKE version 3 is not 2",
        "1122334455667788 99aabbccddeeff00 00 20 24 28 00000000 0000001b,"
                + " 'the header says 27 octets, the datagram has 28'",
        "1122334455667788 99aabbccddeeff00 00 20 24 28 00000000 0000001d,"
                + " 'the header says 29 octets, the datagram has 28'",
        "1122334455667788 99aabbccddeeff00 00 20 24 28 00000000 ffffffff,"
                + " 'the header says 4294967295 octets, the datagram has 28'",
        "0000000000000000 99aabbccddeeff00 00 20 24 28 00000000 0000001c,"
                + " the initiator's SPI is zero",
    })
    void refusesWhatIsNoHeader(String datagramHex, String reason) {
        byte[] datagram = RawMessage.hex(datagramHex);
        assertEquals(Optional.empty(), MessageDecoder.peekHeader(datagram));
        var refused = new DecodeResult.BadUnauthenticated(reason);
        assertEquals(refused, MessageDecoder.decode(datagram));
        assertEquals(
                refused,
                MessageDecoder.open(
                        datagram,
                        TestKeys.cipher(TestKeys.SUITES.getFirst(), Payload.Side.INITIATOR)));
    }

    @Test
    void refusesMoreThanADatagramHolds() {
        byte[] datagram = new byte[65_536];
        byte[] header = RawMessage.hex(SPIS + "00 20 24 28 00000000 00010000");
        System.arraycopy(header, 0, datagram, 0, header.length);
        assertEquals(Optional.empty(), MessageDecoder.peekHeader(datagram));
    }
}
