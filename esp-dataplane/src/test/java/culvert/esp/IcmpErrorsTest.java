package culvert.esp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.esp.MemoryUdp.IcmpError;
import culvert.esp.TestPackets.Shape;
import culvert.tunio.Errno;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What ICMP tells of datagrams that were sent costs no packet, and is told on. */
class IcmpErrorsTest {
    private final Gateway gateway = new Gateway().withSa(Gateway.SPI);

    @AfterEach
    void close() {
        gateway.close();
    }

    private static byte[] packet(int number) {
        return TestPackets.packet(Shape.UDP4, number, 0, new byte[100]);
    }

    private static byte[] read(int number) {
        return TestPackets.behindVnet(packet(number));
    }

    private void tell(int errno, int mtuBytes) {
        gateway.udp.errors.add(new IcmpError(errno, mtuBytes, true, Gateway.SPI.value()));
    }

    @ParameterizedTest
    @ValueSource(ints = {111, 113, 101, 90, 92, 112, 64, 71, 13, 95})
    void losesNoPacketToErrorsThatAreToldInPlaceOfASendOrAReceive(int errno) {
        for (int i = 0; i < 5; i++) {
            gateway.udp.sendErrors.addAll(List.of(errno, 0, errno, errno, 0));
            gateway.seal(read(i), TestPackets.superpacket(Shape.TCP4, i, 1, new byte[900], 300));
        }
        assertTrue(gateway.errorsReported >= 5);
        assertEquals(20, gateway.udp.datagrams().size());
        int batches = gateway.udp.sent.size();
        for (int i = 0; i < batches; i++) {
            gateway.udp.receiveErrors.addAll(List.of(errno, 0, errno, errno, 0));
        }
        tell(errno, 0);
        gateway.loop();
        while (gateway.inbound.doWork() > 0) {}
        assertEquals(20, gateway.tun.packets().size());
        assertEquals(0, gateway.drops());
        assertEquals(1, gateway.inbound.counters().icmpErrors());
    }

    @Test
    void emptiesTheErrorQueueWhenThePollerSawAnError() {
        tell(Errno.ECONNREFUSED, 0);
        gateway.inbound.doWork();
        assertEquals(0, gateway.inbound.counters().icmpErrors());
        gateway.inbound.errorPending();
        gateway.inbound.doWork();
        assertEquals(1, gateway.inbound.counters().icmpErrors());
    }

    @Test
    void aFloodOfErrorsDoesNotKeepPacketsWaiting() {
        for (int i = 0; i < 10_000; i++) {
            tell(Errno.ECONNREFUSED, 0);
        }
        gateway.seal(read(1));
        gateway.inbound.errorPending();
        gateway.loop();
        assertEquals(1, gateway.tun.packets().size());
        assertEquals(64, gateway.inbound.counters().icmpErrors());
        for (int i = 0; i < 10_000 / 64; i++) {
            gateway.inbound.doWork();
        }
        assertEquals(10_000, gateway.inbound.counters().icmpErrors());
    }

    @ParameterizedTest
    @CsvSource({
        "the SPI we send with, true, 0xC1A2B3C4, 1300",
        "the non-ESP marker, true, 0x00000000, 1300",
        "an SPI that is not ours, true, 0x12345678, -1",
        "nothing beyond UDP, false, 0x12345678, 1300",
    })
    void believesAClaimThatQuotesWhatWeSend(
            String quotes, boolean quotesHead, String head, int expected) {
        gateway.udp.errors.add(
                new IcmpError(Errno.EMSGSIZE, 1300, quotesHead, Long.decode(head).intValue()));
        gateway.inbound.errorPending();
        gateway.inbound.doWork();
        assertEquals(
                expected < 0 ? OptionalInt.empty() : OptionalInt.of(expected),
                gateway.pathMtu.take(),
                quotes);
    }

    @Test
    void tellsTheSmallestOfManyClaimsOnce() {
        tell(Errno.EMSGSIZE, 1400);
        tell(Errno.EMSGSIZE, 1300);
        tell(Errno.ECONNREFUSED, 0);
        tell(Errno.EMSGSIZE, 1350);
        gateway.inbound.errorPending();
        gateway.inbound.doWork();
        assertEquals(1, gateway.pathMtuClaims);
        assertEquals(OptionalInt.of(1300), gateway.pathMtu.take());
        assertEquals(OptionalInt.empty(), gateway.pathMtu.take());
        tell(Errno.EMSGSIZE, 0);
        gateway.inbound.errorPending();
        gateway.inbound.doWork();
        assertEquals(2, gateway.pathMtuClaims);
        assertEquals(OptionalInt.of(PathMtuClaims.UNKNOWN_MTU), gateway.pathMtu.take());
    }

    @Test
    void probesWithADummyThatThePeerDiscards() {
        gateway.outbound.probe(1472);
        gateway.seal(read(1));
        byte[] probe = gateway.udp.probes.getFirst();
        assertEquals(1472, probe.length);
        assertEquals(2, ByteBuffer.wrap(probe).getInt(4));
        gateway.receive(probe);
        assertEquals(0, gateway.tun.written.size());
        assertEquals(0, gateway.drops());
        assertEquals(1, gateway.inbound.activity().getFirst().packets());
        gateway.outbound.doWork();
        assertEquals(1, gateway.udp.probes.size());
    }

    @Test
    void waitsWithAProbeUntilThereIsAnSa() {
        try (Gateway bare = new Gateway()) {
            bare.outbound.probe(1472);
            bare.outbound.doWork();
            assertEquals(0, bare.udp.probes.size());
            bare.withSa(Gateway.SPI).outbound.doWork();
            assertEquals(1, bare.udp.probes.size());
        }
    }

    @Test
    void clampsTcpToTheMtuOfTheMomentAndPassesWhatWaitedInTheQueue() {
        byte[] syn = syn(1460);
        gateway.outbound.mtu(1000);
        gateway.inbound.mtu(1000);
        byte[] long1400 = TestPackets.packet(Shape.UDP4, 1, 0, new byte[1400]);
        gateway.seal(TestPackets.behindVnet(syn), TestPackets.behindVnet(long1400)).loop();
        while (gateway.inbound.doWork() > 0) {}
        assertEquals(960, TestPackets.get16(gateway.tun.packets().getFirst(), 42));
        assertArrayEquals(long1400, gateway.tun.packets().get(1));
        gateway.outbound.mtu(Gateway.MTU);
        gateway.inbound.mtu(Gateway.MTU);
        gateway.tun.written.clear();
        gateway.seal(TestPackets.behindVnet(syn)).loop();
        assertEquals(1398, TestPackets.get16(gateway.tun.packets().getFirst(), 42));
    }

    @Test
    void sendsRunsOfTheOldLengthAgainWhenTheMtuHasChanged() {
        gateway.udp.sendErrors.addAll(
                Collections.nCopies(RunSender.MOST_REPORTS + 1, Errno.EMSGSIZE));
        byte[] superpacket = TestPackets.superpacket(Shape.TCP4, 1, 1, new byte[3000], 1000);
        gateway.seal(superpacket);
        assertEquals(3, gateway.udp.sent.size());
        gateway.outbound.mtu(1200);
        gateway.seal(superpacket);
        assertEquals(4, gateway.udp.sent.size());
    }

    private static byte[] syn(int mss) {
        byte[] packet =
                TestPackets.packet(new Shape(true, TestPackets.TCP, 4, 0, 0x02), 1, 1, new byte[0]);
        packet[40] = 2;
        packet[41] = 4;
        TestPackets.put16(packet, 42, mss);
        TestPackets.fixChecksums(packet);
        return packet;
    }
}
