package culvert.gateway.capture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import culvert.esp.CapturedPacket;
import culvert.esp.DropReason;
import culvert.gateway.control.CaptureOrder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PcapNgTest {
    private static void requireWhole(byte[] blocks) {
        ByteBuffer in = ByteBuffer.wrap(blocks).order(ByteOrder.LITTLE_ENDIAN);
        while (in.hasRemaining()) {
            int length = in.getInt(in.position() + 4);
            assertEquals(0, length % 4);
            assertEquals(length, in.getInt(in.position() + length - 4));
            in.position(in.position() + length);
        }
    }

    @Test
    void headerDescribesOneInterfaceOfRawPacketsWithNanoseconds() {
        byte[] header = PcapNg.header("Culvert", "cv0", 2048);
        requireWhole(header);
        assertEquals(
                // section header: length 40, magic, version 1.0, length unknown, shb_userappl
                "0a0d0d0a"
                        + "2c000000"
                        + "4d3c2b1a"
                        + "01000000"
                        + "ffffffffffffffff"
                        + "04000700"
                        + "43756c7665727400"
                        + "00000000"
                        + "2c000000"
                        // interface: LINKTYPE_RAW, snap 2048, if_name, if_tsresol
                        + "01000000"
                        + "28000000"
                        + "65000000"
                        + "00080000"
                        + "02000300"
                        + "63763000"
                        + "09000100"
                        + "09000000"
                        + "00000000"
                        + "28000000",
                HexFormat.of().formatHex(header));
    }

    @Test
    void aPacketHasItsTimeDirectionAndFate() {
        CapturedPacket packet =
                new CapturedPacket(
                        false, Optional.of(DropReason.NO_SA), 0, 1500, new byte[] {0x45, 1, 2});
        byte[] block = PcapNg.packet(packet, 0x0102030405060708L);
        requireWhole(block);
        ByteBuffer in = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
        assertEquals(6, in.getInt(0));
        assertEquals(0x01020304, in.getInt(12), "upper half of the time");
        assertEquals(0x05060708, in.getInt(16));
        assertEquals(3, in.getInt(20), "kept");
        assertEquals(1500, in.getInt(24), "of");
        byte[] data = new byte[4];
        in.get(28, data);
        assertArrayEquals(new byte[] {0x45, 1, 2, 0}, data, "padded");
        assertEquals(2, in.getInt(36), "outbound");
        String text = new String(block, StandardCharsets.ISO_8859_1);
        assertEquals(true, text.contains("outbound, dropped: noSa"));
        requireWhole(PcapNg.statistics(1, 7));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "aws-1 - - 10 20 30",
                "aws-1 10.20.0.5 443 100000 100000000 60000",
                "aws-1 fd00:0:0:0:0:0:0:1 - 1 1 1"
            })
    void ordersAreReadAsTheyAreWritten(String words) {
        assertEquals(
                Optional.of(words),
                CaptureOrder.ofWords(List.of(words.split(" ", -1))).map(CaptureOrder::toWords));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "aws-1",
                " - - 1 1 1",
                "aws-1 host.example - 1 1 1",
                "aws-1 - 0 1 1 1",
                "aws-1 - 65536 1 1 1",
                "aws-1 - http 1 1 1",
                "aws-1 - - -1 1 1",
                "aws-1 - - 1 1 99999999999999999999",
                "aws-1 - - 1 1 1 1"
            })
    void otherWordsAreNoOrder(String words) {
        assertEquals(Optional.empty(), CaptureOrder.ofWords(List.of(words.split(" ", -1))));
    }
}
