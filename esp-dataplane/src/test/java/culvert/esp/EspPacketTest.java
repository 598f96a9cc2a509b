package culvert.esp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EspPacketTest {
    @ParameterizedTest
    @CsvSource({
        // RFC 4303 2.4: octets 1, 2, 3, ..., pad length, next header, ending on a 4-octet boundary.
        "20, 01020204",
        "21, 010104",
        "22, 0004",
        "23, 0102030304",
    })
    void padsToFourOctets(int innerBytes, String trailer) {
        byte[] plain = new byte[innerBytes + EspPacket.LONGEST_TRAILER_BYTES];
        int padBytes = EspPacket.padBytes(innerBytes);
        EspPacket.writeTrailer(MemorySegment.ofArray(plain), innerBytes, padBytes, 4);
        int end = innerBytes + padBytes + EspPacket.TRAILER_BYTES;
        assertArrayEquals(
                HexFormat.of().parseHex(trailer), Arrays.copyOfRange(plain, innerBytes, end));
        assertEquals(end + EspPacket.OVERHEAD_BYTES, EspPacket.sealedBytes(innerBytes));
        assertEquals(innerBytes, EspPacket.payloadBytes(MemorySegment.ofArray(plain), 0, end));
        assertEquals(4, EspPacket.nextHeader(MemorySegment.ofArray(plain), 0, end));
    }

    @Test
    void fitsTheMtusThatAwsPublishes() {
        // 1500 less IPv4 and UDP headers: 1438 octets inside, and not one more.
        assertEquals(1500 - 28, EspPacket.sealedBytes(1438));
        assertTrue(EspPacket.sealedBytes(1439) > 1500 - 28);
    }

    @Test
    void writesHeaderInNetworkOrderWithTheCounterAsIv() {
        byte[] packet = new byte[16];
        EspPacket.writeHeader(MemorySegment.ofArray(packet), 0, 0xC1A2B3C4, 0xFEDCBA98L);
        assertEquals("c1a2b3c4fedcba9800000000fedcba98", HexFormat.of().formatHex(packet));
    }
}
