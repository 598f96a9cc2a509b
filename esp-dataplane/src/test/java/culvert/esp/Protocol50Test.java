package culvert.esp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.esp.TestPackets.Shape;
import culvert.model.Encapsulation;
import culvert.model.OutboundSaParameters;
import culvert.model.Spi;
import culvert.tunio.Errno;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Packets that travel as IP protocol 50, beside those in UDP. */
class Protocol50Test {
    private static final Spi OTHER = new Spi(0x2000);

    private final Gateway gateway = new Gateway();

    @AfterEach
    void close() {
        gateway.close();
    }

    private static byte[] payload(int length) {
        byte[] octets = new byte[length];
        new Random(length).nextBytes(octets);
        return octets;
    }

    private static byte[] packet(int payloadBytes) {
        return TestPackets.packet(Shape.UDP4, 1, 0, payload(payloadBytes));
    }

    private static byte[] superpacket() {
        return TestPackets.superpacket(Shape.TCP4, 1, 1, payload(5000), 1000);
    }

    @Test
    void theSaSaysHowItsPacketsTravel() {
        gateway.withSa(Gateway.SPI, Encapsulation.ESP).seal(superpacket());
        assertTrue(gateway.udp.sent.isEmpty());
        assertEquals(1, gateway.esp.sent.size(), "one call for the run");
        assertEquals(5, gateway.esp.datagrams().size());

        gateway.withSa(OTHER, Encapsulation.UDP).seal(superpacket());
        assertEquals(5, gateway.udp.datagrams().size());
        assertEquals(5, gateway.esp.datagrams().size());

        gateway.outboundCommands.offer(new SaCommand.Remove<>(OTHER));
        gateway.seal(superpacket());
        assertEquals(10, gateway.esp.datagrams().size());
        assertEquals(15, gateway.outbound.counters().packets());
        assertEquals(0, gateway.drops());
    }

    @Test
    void whatIsSentByEitherWayIsOpenedByTheSameSa() {
        gateway.withSa(Gateway.SPI, Encapsulation.ESP)
                .seal(TestPackets.behindVnet(packet(100)))
                .seal(TestPackets.behindVnet(packet(200)));
        byte[] second = gateway.esp.sent.removeLast().octets();
        gateway.loop();
        gateway.receive(second);
        assertArrayEquals(packet(100), gateway.tun.packets().getFirst());
        assertArrayEquals(packet(200), gateway.tun.packets().getLast());
        gateway.esp.arrive(0, second);
        gateway.inbound.doWork();
        assertEquals(1, gateway.drops(DropReason.REPLAY), "one window for both");
        assertEquals(1, gateway.drops());
    }

    @Test
    void joinsSegmentsThatArriveOneByOne() {
        gateway.withSa(Gateway.SPI, Encapsulation.ESP).seal(superpacket()).loop();
        assertEquals(5, gateway.inbound.counters().packets());
        assertEquals(1, gateway.inbound.counters().writes());
    }

    @Test
    void finishesARunThatTheKernelTakesInParts() {
        gateway.esp.mostPerSend = 2;
        gateway.withSa(Gateway.SPI, Encapsulation.ESP).seal(superpacket());
        assertEquals(3, gateway.esp.sent.size());
        assertEquals(
                List.of(1, 2, 3, 4, 5),
                gateway.esp.datagrams().stream()
                        .map(datagram -> ByteBuffer.wrap(datagram).getInt(4))
                        .toList());
        assertEquals(5, gateway.outbound.counters().packets());
    }

    @ParameterizedTest
    @CsvSource({"101, PEER_UNREACHABLE", "11, SEND_QUEUE_FULL", "1, UDP_SEND"})
    void countsTheRestOfARunWhoseMiddleIsRefused(int errno, DropReason reason) {
        gateway.esp.mostPerSend = 2;
        gateway.esp.sendErrors.add(0);
        for (int i = 0; i < 100; i++) {
            gateway.esp.sendErrors.add(errno);
        }
        gateway.withSa(Gateway.SPI, Encapsulation.ESP).seal(superpacket());
        assertEquals(2, gateway.outbound.counters().packets());
        assertEquals(3, gateway.drops(reason));
        assertEquals(3, gateway.drops());
    }

    @Test
    void goesOnPacketByPacketWhenTheKernelHasNoSendmmsg() {
        gateway.esp.sendErrors.add(Errno.EINVAL);
        gateway.withSa(Gateway.SPI, Encapsulation.ESP).seal(superpacket());
        assertEquals(5, gateway.esp.sent.size());
        assertEquals(List.of(), gateway.events);
        assertEquals(0, gateway.drops());
    }

    @Test
    void refusesAnSaForProtocol50WithoutARawSocket() {
        try (Gateway udpOnly =
                new Gateway(DataplaneSettings.of(Gateway.MTU, CryptoBackend.LIBCRYPTO), false)) {
            OutboundSaParameters sa = Gateway.outboundSa(Gateway.SPI, Encapsulation.ESP);
            udpOnly.outboundCommands.offer(new SaCommand.Install<>(sa));
            udpOnly.seal(TestPackets.behindVnet(packet(10)));
            assertTrue(sa.keymat().isWiped());
            assertEquals(1, udpOnly.drops(DropReason.NO_SA));
            assertEquals(
                    List.of("c1a2b3c4: outbound: no socket for IP protocol 50 is open"),
                    udpOnly.events);
        }
    }

    /** What is a keepalive or IKE in UDP is nothing here; 0 octets are a bad outer header. */
    @ParameterizedTest
    @CsvSource({
        "'', TOO_SHORT",
        "ff, TOO_SHORT",
        "00000000aabbcc, TOO_SHORT",
        "c1a2b3c4, TOO_SHORT",
        "c1a2b3c4000000010000000000000001aabbccdd00112233445566778899aabbccddee, TOO_SHORT",
        "c1a2b3c4000000010000000000000001aabbccdd00112233445566778899aabbccddeeffff, MALFORMED",
        "c1a2b3c4000000010000000000000001aabbccdd00112233445566778899aabbccddeeff, AUTHENTICATION",
        "00000000000000010000000000000001aabbccdd00112233445566778899aabbccddeeff, NO_SA",
        "00000001000000010000000000000001aabbccdd00112233445566778899aabbccddeeff, NO_SA"
    })
    void dropsWhatIsNoPacketOfOurs(String hex, DropReason reason) {
        gateway.withSa(Gateway.SPI, Encapsulation.ESP);
        gateway.esp.arrive(0, HexFormat.of().parseHex(hex));
        gateway.inbound.doWork();
        assertEquals(1, gateway.drops(reason));
        assertEquals(1, gateway.drops());
        assertTrue(gateway.ike.isEmpty());
        gateway.seal(TestPackets.behindVnet(packet(10))).loop();
        assertEquals(1, gateway.tun.packets().size(), "the genuine one is not hurt");
    }

    @Test
    void aPeerThatSends4096SpisCostsCountsAndNothingElse() {
        gateway.withSa(Gateway.SPI, Encapsulation.ESP).seal(TestPackets.behindVnet(packet(10)));
        byte[] genuine = gateway.esp.sent.removeFirst().octets();
        for (int i = 0; i < 4096; i++) {
            byte[] stray = genuine.clone();
            ByteBuffer.wrap(stray).putInt(0, 0x5000_0000 + i);
            gateway.esp.arrive(0, stray);
        }
        gateway.esp.arrive(0, genuine);
        while (gateway.inbound.doWork() > 0) {}
        assertEquals(4096, gateway.drops(DropReason.NO_SA));
        assertEquals(4096, gateway.drops());
        assertEquals(1, gateway.tun.packets().size());
    }

    @Test
    void tellsThatProtocol50IsRefusedAndDoesNotSlowDownUdp() {
        gateway.withSa(Gateway.SPI).seal(TestPackets.behindVnet(packet(10)));
        gateway.esp.receiveErrors.add(Errno.ENOPROTOOPT);
        gateway.esp.errors.add(new MemoryUdp.IcmpError(Errno.ENOPROTOOPT, 0, false, 0));
        gateway.udp.receivable.addAll(gateway.udp.sent);
        assertEquals(1, gateway.inbound.doWork());
        assertEquals(
                List.of("protocol 50: ENOPROTOOPT (protocol or option not known)"), gateway.events);
        gateway.esp.receiveError = Errno.EBADF;
        assertEquals(PacketPath.TROUBLE, gateway.inbound.doWork());
        gateway.esp.receiveError = Errno.EAGAIN;
        assertEquals(0, gateway.inbound.doWork());
    }
}
