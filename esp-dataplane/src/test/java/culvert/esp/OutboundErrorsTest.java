package culvert.esp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.esp.TestPackets.Shape;
import culvert.tunio.Errno;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the kernel refuses on the way out: done otherwise, or dropped and counted by its reason. */
class OutboundErrorsTest {
    /** Asked again, the kernel says the same: it is about this run and no earlier one. */
    private static final List<Integer> TOO_LONG =
            Collections.nCopies(RunSender.MOST_REPORTS + 1, Errno.EMSGSIZE);

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

    private static byte[] udp(int payloadBytes) {
        return TestPackets.packet(Shape.UDP4, 1, 0, payload(payloadBytes));
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EIO, Errno.EINVAL})
    void turnsGsoOffWhenTheKernelFailsItAndLosesNothing(int errno) {
        gateway.udp.sendErrors.add(errno);
        byte[] read = TestPackets.superpacket(Shape.TCP4, 1, 1, payload(5000), 1000);
        gateway.withSa(Gateway.SPI).seal(read, read);
        assertEquals(List.of("gso: " + Errno.text(errno)), gateway.events);
        assertEquals(10, gateway.udp.sent.size());
        assertEquals(10, gateway.outbound.counters().packets());
        assertEquals(0, gateway.drops());
    }

    @Test
    void sendsARunSinglyWhenItsDatagramsExceedTheRouteMtu() {
        gateway.udp.sendErrors.addAll(TOO_LONG);
        byte[] read = TestPackets.superpacket(Shape.TCP4, 1, 1, payload(3000), 1000);
        gateway.withSa(Gateway.SPI).seal(read);
        assertEquals(3, gateway.udp.sent.size());
        gateway.seal(read);
        assertEquals(6, gateway.udp.sent.size());
        gateway.udp.sendErrors.addAll(TOO_LONG);
        gateway.seal(TestPackets.superpacket(Shape.TCP4, 1, 1, payload(2700), 900));
        assertEquals(9, gateway.udp.sent.size());
        gateway.seal(TestPackets.superpacket(Shape.TCP4, 1, 1, payload(2400), 800));
        assertEquals(10, gateway.udp.sent.size(), "shorter datagrams go in runs as before");
        assertEquals(
                List.of(
                        "gso limited: datagrams of more than 1087 octets go alone: EMSGSIZE (message"
                                + " too long)"),
                gateway.events);
        assertEquals(0, gateway.drops());
    }

    @Test
    void hasTheKernelSegmentWhatItCannotHandOver() {
        gateway.tun.readErrors.addAll(List.of(Errno.EINVAL, Errno.EINVAL));
        gateway.withSa(Gateway.SPI).seal(TestPackets.behindVnet(udp(64)));
        assertEquals(1, gateway.udp.sent.size());
        assertEquals(
                List.of("tcp true, udp false", "tcp false, udp false"), gateway.tun.segmentation);
        assertEquals(
                List.of("uso: EINVAL (invalid argument)", "tso: EINVAL (invalid argument)"),
                gateway.events);
        gateway.tun.readErrors.add(Errno.EINVAL);
        assertEquals(PacketPath.TROUBLE, gateway.outbound.doWork());
    }

    @Test
    void retriesOnceWhenTheKernelReportsAnEarlierDatagramsFate() {
        gateway.udp.sendErrors.add(Errno.ECONNREFUSED);
        gateway.withSa(Gateway.SPI).seal(TestPackets.behindVnet(udp(64)));
        assertEquals(1, gateway.udp.sent.size());
        assertEquals(0, gateway.drops());
    }

    @ParameterizedTest
    @CsvSource({
        "111, PEER_UNREACHABLE",
        "11, SEND_QUEUE_FULL",
        "105, SEND_QUEUE_FULL",
        "90, PATH_MTU",
        "1, UDP_SEND",
        "9, UDP_SEND"
    })
    void countsAPersistentSendErrorByItsReason(int errno, DropReason reason) {
        for (int i = 0; i < 100; i++) {
            gateway.udp.sendErrors.add(errno);
        }
        gateway.withSa(Gateway.SPI).seal(TestPackets.behindVnet(udp(64)));
        assertTrue(gateway.udp.sent.isEmpty());
        assertEquals(1, gateway.drops(reason));
        assertEquals(1, gateway.drops());
    }

    @Test
    void saysTroubleWhenTheDeviceFailsSoThatTheThreadDoesNotSpin() {
        gateway.tun.readError = Errno.EIO;
        assertEquals(PacketPath.TROUBLE, gateway.outbound.doWork());
        gateway.tun.readError = Errno.EAGAIN;
        assertEquals(0, gateway.outbound.doWork());
    }
}
