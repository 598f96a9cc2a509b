package culvert.tunio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The calls of the packet paths leave no garbage once they are compiled. */
@ExtendWith(FreshNamespace.class)
class AllocationTest {
    private static final int CALLS = 20_000;
    private static final int ROUNDS = 20;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final MemorySegment room = Packets.room();

    @Test
    void udpSendAndReceiveAllocateNothing() {
        InetSocketAddress any = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
        try (UdpSocket a = UdpSocket.bind(any);
                UdpSocket b = UdpSocket.bind(any)) {
            a.connect(b.local());
            b.connect(a.local());
            UdpSender sender = a.newSender();
            UdpReceiver receiver = b.newReceiver();
            assertAllocatesNothing(
                    () -> {
                        int sent = sender.send(room, 0, 4000, 1000, 0x02);
                        int received = receiver.receive(room, 8192, 65_536);
                        int empty = receiver.receive(room, 8192, 65_536);
                        return sent == 4000
                                && received == 4000
                                && receiver.segmentBytes() == 1000
                                && receiver.trafficClass() == 0x02
                                && empty == -Errno.EAGAIN;
                    });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void espSendAndReceiveAllocateNothing(String loopback) {
        InetAddress address = InetAddress.ofLiteral(loopback);
        try (EspSocket socket = EspSocket.bind(address)) {
            socket.connect(address);
            EspSender sender = socket.newSender();
            EspReceiver receiver = socket.newReceiver();
            assertAllocatesNothing(
                    () -> {
                        int sent = sender.send(room, 0, 2000, 1000, 0x02);
                        int received = receiver.receive() + receiver.receive();
                        int trafficClass = receiver.trafficClass();
                        return sent == 2000
                                && received == 2000
                                && trafficClass == 0x02
                                && receiver.receive() == -Errno.EAGAIN;
                    });
        }
    }

    @Test
    void tunReadAndWriteAllocateNothing() {
        InetAddress ours = InetAddress.ofLiteral("10.99.0.1");
        InetAddress theirs = InetAddress.ofLiteral("10.99.0.2");
        try (TunDevice device = TunDevice.open("cvt0");
                Rtnetlink netlink = Rtnetlink.open()) {
            netlink.addresses().add(new InterfaceAddress(device.interfaceIndex(), ours, 24));
            netlink.links().setUp(device.interfaceIndex());
            try (UdpSocket socket = UdpSocket.bind(new InetSocketAddress(ours, 0));
                    Poller poller = new Poller(device.fd())) {
                socket.connect(new InetSocketAddress(theirs, 9));
                UdpSender sender = socket.newSender();
                byte[] packet = Packets.udp(theirs, ours, 8, 9, Packets.pattern(100));
                MemorySegment reply = Packets.of(packet);
                assertAllocatesNothing(
                        () -> {
                            boolean sent = sender.send(room, 0, 100, 0, -1) == 100;
                            boolean readable = poller.await(1_000_000_000L);
                            boolean read = device.read(room, 0, 65_536) > 0;
                            return sent
                                    && readable
                                    && read
                                    && device.write(reply, 0, packet.length) == packet.length;
                        });
            }
        }
    }

    private interface Calls {
        boolean succeed();
    }

    /** The first rounds compile; a round that allocates nothing must come. */
    private void assertAllocatesNothing(Calls calls) {
        long allocatedBytes = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS && allocatedBytes != 0; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            boolean succeeded = true;
            for (int i = 0; i < CALLS; i++) {
                succeeded &= calls.succeed();
            }
            allocatedBytes = threads.getCurrentThreadAllocatedBytes() - before;
            assertTrue(succeeded, "a call gave an unexpected result");
        }
        assertEquals(0, allocatedBytes, "bytes in " + CALLS + " calls");
    }
}
