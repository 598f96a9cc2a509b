package culvert.tunio;

import static culvert.tunio.SocketNumbers.MSG_DONTWAIT;
import static culvert.tunio.SocketNumbers.MSG_ERRQUEUE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.function.IntSupplier;

/**
 * The error queue of a {@link UdpSocket} or {@link EspSocket} (IP_RECVERR, ip(7)): what ICMP said
 * of datagrams that were sent. Belongs to one thread; allocates nothing per call.
 *
 * <p>The kernel takes an ICMP message for this socket when the header that it quotes has the
 * socket's addresses and ports. Whoever knows those can forge one, so {@link #mtuBytes} is a claim.
 *
 * <pre>
 *  struct sock_extended_err (linux/errqueue.h)
 *  0  errno  u32          5  type  u8          8  info  u32, the MTU of EMSGSIZE
 *  4  origin u8           6  code  u8          12 data  u32
 * </pre>
 */
public final class SocketErrors {
    /** What {@link #next} returns when the queue is empty. */
    public static final int NONE = 0;

    // linux/errqueue.h
    private static final int SO_EE_ORIGIN_LOCAL = 1;

    private static final int ORIGIN = 4;
    private static final int INFO = 8;

    /** Room for a traffic class, and for the error with the address of the router behind it. */
    private static final int CONTROL_SLOTS = 6;

    /** How much of the datagram that ICMP quotes is of interest: its first four octets. */
    private static final int QUOTE_BYTES = Integer.BYTES;

    private static final ValueLayout.OfInt BIG_ENDIAN_INT =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);

    private final IntSupplier fd;
    private final MemorySegment callState = Libc.newCallState();
    private final MessageHeader message = new MessageHeader(CONTROL_SLOTS);
    private final MemorySegment quote = Arena.ofAuto().allocate(QUOTE_BYTES, Integer.BYTES);
    private int mtuBytes;
    private int quotedBytes;

    SocketErrors(IntSupplier fd) {
        this.fd = fd;
        message.data(quote.address(), QUOTE_BYTES);
    }

    /**
     * Takes the oldest error off the queue, without waiting.
     *
     * @return its errno, or {@link #NONE}
     */
    public int next() {
        message.allControl();
        int received =
                Libc.recvmsg(
                        callState, fd.getAsInt(), message.memory(), MSG_ERRQUEUE | MSG_DONTWAIT);
        mtuBytes = 0;
        quotedBytes = Math.max(received, 0);
        return received < 0 ? NONE : readControl();
    }

    /**
     * The MTU that the last error asks for; 0 when it is about something else, or comes from an old
     * router that does not say (RFC 1191 5).
     */
    public int mtuBytes() {
        return mtuBytes;
    }

    /** Whether ICMP quoted enough of the datagram for {@link #quotedHead}. */
    public boolean quotesHead() {
        return quotedBytes >= QUOTE_BYTES;
    }

    /** The first four octets of the datagram that the last error is about. */
    public int quotedHead() {
        return quote.get(BIG_ENDIAN_INT, 0);
    }

    private int readControl() {
        long end = message.receivedControlBytes();
        long at = 0;
        while (at + MessageHeader.CONTROL_HEADER_BYTES <= end) {
            int level = message.controlLevel(at);
            int type = message.controlType(at);
            if ((level == UdpSocket.IPPROTO_IP && type == UdpSocket.IP_RECVERR)
                    || (level == UdpSocket.IPPROTO_IPV6 && type == UdpSocket.IPV6_RECVERR)) {
                int errno = message.controlInt(at);
                boolean local = message.controlByte(at, ORIGIN) == SO_EE_ORIGIN_LOCAL;
                mtuBytes = errno == Errno.EMSGSIZE && !local ? message.controlInt(at, INFO) : 0;
                return errno;
            }
            long length = message.controlLength(at);
            if (length < MessageHeader.CONTROL_HEADER_BYTES) {
                break;
            }
            at = MessageHeader.nextControl(at, length);
        }
        return Errno.EIO; // an error without its description
    }
}
