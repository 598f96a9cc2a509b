package culvert.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.DatagramChannel;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A UDP echo server, and a client that sends numbered requests at fixed times whatever becomes of
 * the answers.
 */
final class EchoProbe {
    /** Bytes of a request's head: magic, number. */
    static final int HEAD_BYTES = 8;

    static final String READY = "echo server ready";
    static final String FIRST_ANSWER = "echo first answer";
    static final String REPORT = "echo sent=";

    // A stray datagram on the client's port is no answer.
    private static final int MAGIC = 0x43_75_6c_76;
    private static final int BUFFER_BYTES = 65_536;
    private static final long LATE_ANSWERS_NANOS = TimeUnit.SECONDS.toNanos(1);

    private EchoProbe() {}

    /** Answers until the process ends. */
    static void serve(int port) throws IOException {
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.bind(new InetSocketAddress(port));
            System.out.println(READY);
            ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
            while (true) {
                buffer.clear();
                var client = channel.receive(buffer);
                buffer.flip();
                try {
                    channel.send(buffer, client);
                } catch (IOException e) {
                    // No route back at this moment, as in a failover: the client counts the loss.
                    System.out.println("echo to " + client + " failed: " + e.getMessage());
                }
            }
        }
    }

    /** What a client is to do. */
    record Plan(InetSocketAddress server, long intervalNanos, int count, int sizeBytes) {
        Plan {
            if (intervalNanos <= 0 || count <= 0 || sizeBytes < HEAD_BYTES) {
                throw new IllegalArgumentException(
                        "interval and count must be positive and size at least " + HEAD_BYTES);
            }
        }
    }

    /** Sends all requests, or until told to stop; waits for late answers, and reports. */
    static EchoReport send(Plan plan, BooleanSupplier stopped)
            throws IOException, InterruptedException {
        var due = new long[plan.count];
        var arrival = new long[plan.count];
        int sent;
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.bind(new InetSocketAddress(0));
            Thread receiver =
                    Thread.ofPlatform().name("receiver").start(() -> receive(channel, arrival));
            sent = sendAll(channel, plan, due, stopped);
            Thread.sleep(TimeUnit.NANOSECONDS.toMillis(LATE_ANSWERS_NANOS));
            // Closes the channel under the blocked receive.
            receiver.interrupt();
            receiver.join();
        }
        return EchoReport.of(Arrays.copyOf(due, sent), Arrays.copyOf(arrival, sent));
    }

    /** Gives how many it sent, at least one. */
    private static int sendAll(
            DatagramChannel channel, Plan plan, long[] due, BooleanSupplier stopped) {
        ByteBuffer request = ByteBuffer.allocateDirect(plan.sizeBytes);
        int refused = 0;
        long startNanos = System.nanoTime();
        int number = 0;
        do {
            due[number] = startNanos + number * plan.intervalNanos;
            for (long wait; (wait = due[number] - System.nanoTime()) > 0; ) {
                LockSupport.parkNanos(wait);
            }
            request.clear().putInt(0, MAGIC).putInt(4, number);
            try {
                channel.send(request, plan.server);
            } catch (IOException e) {
                // Unreachable at this moment: sent and lost, and the next one follows.
                refused++;
            }
        } while (++number < plan.count && !stopped.getAsBoolean());
        if (refused > 0) {
            System.out.println(refused + " requests found no way out");
        }
        return number;
    }

    private static void receive(DatagramChannel channel, long[] arrival) {
        ByteBuffer answer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        boolean first = true;
        while (true) {
            answer.clear();
            try {
                channel.receive(answer);
            } catch (AsynchronousCloseException e) {
                return;
            } catch (IOException e) {
                // An ICMP error about an earlier request.
                continue;
            }
            long now = System.nanoTime();
            if (answer.flip().remaining() < HEAD_BYTES || answer.getInt(0) != MAGIC) {
                continue;
            }
            int number = answer.getInt(4);
            if (number >= 0 && number < arrival.length && arrival[number] == 0) {
                arrival[number] = now;
                if (first) {
                    first = false;
                    System.out.println(FIRST_ANSWER);
                }
            }
        }
    }
}
