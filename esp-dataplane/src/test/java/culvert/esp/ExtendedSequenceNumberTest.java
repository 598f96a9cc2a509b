package culvert.esp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import culvert.esp.TestPackets.Shape;
import culvert.model.Encapsulation;
import culvert.model.EspSuite;
import culvert.model.InboundSaParameters;
import culvert.model.OutboundSaParameters;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Both paths where sequence numbers no longer fit 32 bits (RFC 4303 2.2.1). */
class ExtendedSequenceNumberTest {
    private static final EspSuite SUITE = EspSuite.AES256_GCM16;
    private static final long EDGE = 1L << 32;

    private final Gateway gateway = new Gateway();

    @AfterEach
    void close() {
        gateway.close();
    }

    /** An SA of many packets, in each direction. */
    private void install(CryptoBackend sealing, CryptoBackend opening, long sent, long seen) {
        gateway.outbound.install(
                OutboundSa.keyed(
                        new OutboundSaParameters(
                                Gateway.SPI,
                                SUITE,
                                Gateway.keymat(Gateway.SPI, SUITE),
                                true,
                                Encapsulation.UDP,
                                Gateway.ANY,
                                Gateway.ANY),
                        sealing,
                        new SequenceCounter(true, sent)));
        gateway.inbound.install(
                InboundSa.keyed(
                        new InboundSaParameters(
                                Gateway.SPI,
                                SUITE,
                                Gateway.keymat(Gateway.SPI, SUITE),
                                true,
                                64,
                                Gateway.ANY,
                                Gateway.ANY),
                        opening,
                        new ReplayWindow(64, true, seen)));
    }

    private static byte[] payload(int length) {
        byte[] octets = new byte[length];
        new Random(length).nextBytes(octets);
        return octets;
    }

    private void sealTen() {
        gateway.seal(TestPackets.superpacket(Shape.UDP4, 1, 0, payload(5000), 500));
    }

    private static List<CryptoBackend> working() {
        return CryptoBackend.working();
    }

    @ParameterizedTest
    @MethodSource("working")
    void packetsCrossTheEdge(CryptoBackend sealing) {
        for (CryptoBackend opening : CryptoBackend.working()) {
            install(sealing, opening, EDGE - 4, EDGE - 4);
            gateway.tun.written.clear();
            byte[] read = TestPackets.superpacket(Shape.UDP4, 1, 0, payload(5000), 500);
            List<byte[]> expected = TestPackets.split(read);
            gateway.seal(read).loop();
            List<byte[]> arrived = gateway.tun.packets();
            assertEquals(10, arrived.size());
            for (int i = 0; i < 10; i++) {
                assertArrayEquals(expected.get(i), arrived.get(i));
            }
            assertEquals(0, gateway.drops());
            assertEquals(EDGE + 6, gateway.outbound.activity().getLast().sequenceNumber());
            gateway.outbound.close();
        }
    }

    @Test
    void packetsCrossTheEdgeInAnyOrderAndOnlyOnce() {
        install(CryptoBackend.LIBCRYPTO, CryptoBackend.LIBCRYPTO, EDGE - 4, EDGE - 4);
        sealTen();
        List<byte[]> datagrams = gateway.udp.datagrams();
        for (int i : new int[] {5, 2, 9, 0, 4, 3, 8, 1, 7, 6}) {
            gateway.receive(datagrams.get(i));
        }
        assertEquals(10, gateway.inbound.counters().packets());
        for (byte[] datagram : datagrams) {
            gateway.receive(datagram);
        }
        assertEquals(10, gateway.drops(DropReason.REPLAY));
        assertEquals(10, gateway.inbound.counters().packets());
    }

    @Test
    void replayOfTheRoundBeforeIsNotAuthentic() {
        install(CryptoBackend.LIBCRYPTO, CryptoBackend.LIBCRYPTO, 0, 0);
        sealTen();
        List<byte[]> early = gateway.udp.datagrams();
        gateway.outbound.close();
        install(CryptoBackend.LIBCRYPTO, CryptoBackend.LIBCRYPTO, EDGE, EDGE - 1);
        for (byte[] datagram : early) {
            // Its number can only be read as one of the new round, and so the ICV is wrong.
            gateway.receive(datagram);
        }
        assertEquals(10, gateway.drops(DropReason.AUTHENTICATION));
        assertEquals(0, gateway.inbound.counters().packets());
    }
}
