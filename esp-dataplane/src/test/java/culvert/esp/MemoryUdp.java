package culvert.esp;

import culvert.tunio.Errno;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/** A socket made of lists: what is sent stays, what is put in arrives. */
final class MemoryUdp implements DatagramOutput, DatagramInput {
    /** One send or receive; never compared. */
    @SuppressWarnings("ArrayRecordComponent")
    record Batch(byte[] octets, int segmentBytes, int trafficClass) {
        List<byte[]> datagrams() {
            int each = segmentBytes == 0 ? Math.max(octets.length, 1) : segmentBytes;
            List<byte[]> datagrams = new ArrayList<>();
            for (int at = 0; at < octets.length; at += each) {
                datagrams.add(Arrays.copyOfRange(octets, at, Math.min(at + each, octets.length)));
            }
            return datagrams;
        }
    }

    final List<Batch> sent = new ArrayList<>();
    final Deque<Integer> sendErrors = new ArrayDeque<>();
    final Deque<Batch> receivable = new ArrayDeque<>();
    private Batch received = new Batch(new byte[0], 0, 0);

    /** What ICMP told of something that was sent. */
    record IcmpError(int errno, int mtuBytes, boolean quotesHead, int quotedHead) {}

    final Deque<IcmpError> errors = new ArrayDeque<>();
    private IcmpError lastError = new IcmpError(0, 0, false, 0);
    final List<byte[]> probes = new ArrayList<>();
    final Deque<Integer> receiveErrors = new ArrayDeque<>();
    boolean receiveOffload = true;
    int receiveError = Errno.EAGAIN;

    /** The most datagrams of a run that one send takes. */
    int mostPerSend = Integer.MAX_VALUE;

    private final MemorySegment buffer = Arena.ofAuto().allocate(65_535);

    /** Has datagrams arrive in one receive; all but the last must be equally long. */
    void arrive(int trafficClass, byte[]... datagrams) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] datagram : datagrams) {
            all.writeBytes(datagram);
        }
        receivable.add(new Batch(all.toByteArray(), datagrams[0].length, trafficClass));
    }

    /** Every datagram sent. */
    List<byte[]> datagrams() {
        return sent.stream().flatMap(batch -> batch.datagrams().stream()).toList();
    }

    @Override
    public int send(
            MemorySegment buffer,
            long offset,
            int lengthBytes,
            int segmentBytes,
            int trafficClass) {
        Integer error = sendErrors.poll();
        if (error != null && error != 0) {
            return -error;
        }
        int taken = (int) Math.min(lengthBytes, (long) mostPerSend * Math.max(segmentBytes, 1));
        int sentBytes = segmentBytes == 0 ? lengthBytes : taken;
        byte[] octets = buffer.asSlice(offset, sentBytes).toArray(ValueLayout.JAVA_BYTE);
        sent.add(new Batch(octets, segmentBytes, trafficClass));
        return sentBytes;
    }

    @Override
    public MemorySegment buffer() {
        return buffer;
    }

    @Override
    public int offset() {
        return 0;
    }

    @Override
    public int receive() {
        Integer error = receiveErrors.poll();
        if (error != null && error != 0) {
            return -error;
        }
        Batch batch = receivable.poll();
        if (batch == null) {
            return -receiveError;
        }
        received = batch;
        MemorySegment.copy(
                batch.octets(), 0, buffer, ValueLayout.JAVA_BYTE, 0, batch.octets().length);
        return batch.octets().length;
    }

    @Override
    public int sendUnfragmented(MemorySegment buffer, long offset, int lengthBytes) {
        Integer error = sendErrors.poll();
        if (error != null && error != 0) {
            return -error;
        }
        probes.add(buffer.asSlice(offset, lengthBytes).toArray(ValueLayout.JAVA_BYTE));
        return lengthBytes;
    }

    @Override
    public int nextError() {
        IcmpError error = errors.poll();
        if (error == null) {
            return 0;
        }
        lastError = error;
        return error.errno();
    }

    @Override
    public int errorMtuBytes() {
        return lastError.mtuBytes();
    }

    @Override
    public boolean errorQuotesHead() {
        return lastError.quotesHead();
    }

    @Override
    public int errorQuotedHead() {
        return lastError.quotedHead();
    }

    @Override
    public int turnOffReceiveOffload() {
        receiveOffload = false;
        return 0;
    }

    @Override
    public int segmentBytes() {
        return received.segmentBytes();
    }

    @Override
    public int trafficClass() {
        return received.trafficClass();
    }
}
