package culvert.tunio;

import static culvert.tunio.SocketNumbers.MSG_TRUNC;
import static culvert.tunio.SocketNumbers.SOCK_CLOEXEC;
import static culvert.tunio.SocketNumbers.SOCK_RAW;
import static culvert.tunio.SocketNumbers.SOL_SOCKET;
import static culvert.tunio.SocketNumbers.SO_RCVBUFFORCE;
import static culvert.tunio.SocketNumbers.SO_RCVTIMEO;
import static culvert.tunio.SocketNumbers.SO_SNDBUFFORCE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Requests to rtnetlink and the kernel's answers. Belongs to one thread at a time. Messages are
 * collected in the send buffer and go out together; the kernel works through them in order.
 *
 * <pre>
 *  struct nlmsgerr, the body of NLMSG_ERROR (an error, or an acknowledgement when error is 0)
 *  16 error    s32, -errno
 *  20 nlmsghdr of the request, 16 bytes; the request's body follows unless NLM_F_CAPPED
 *  36 attributes, when NLM_F_ACK_TLVS
 * </pre>
 */
final class NetlinkSocket implements AutoCloseable {
    /** Bigger than any request of ours; the send loop starts a new batch when it is full. */
    static final int MAX_MESSAGE_BYTES = 512;

    private static final int SEND_BYTES = 64 * 1024;

    /** The kernel fills at most 32 KiB per answer of a dump. */
    private static final int RECEIVE_BYTES = 128 * 1024;

    /** Room for answers to one batch, every one of them an error. */
    private static final int SOCKET_BUFFER_BYTES = 4 << 20;

    /** The kernel answers while it takes the request; silence this long means no answer comes. */
    private static final long ANSWER_SECONDS = 5;

    private static final int DUMP_ATTEMPTS = 5;

    // linux/socket.h, linux/netlink.h
    static final int AF_NETLINK = 16;
    static final int NETLINK_ROUTE = 0;
    private static final int SOL_NETLINK = 270;
    private static final int NETLINK_CAP_ACK = 10;
    private static final int NETLINK_EXT_ACK = 11;
    private static final int NETLINK_GET_STRICT_CHK = 12;
    private static final int NLMSG_ERROR = 2;
    private static final int NLMSG_DONE = 3;
    private static final int NLM_F_CAPPED = 0x100;
    private static final int NLM_F_ACK_TLVS = 0x200;
    private static final int NLM_F_DUMP_INTR = 0x10;
    private static final int NLMSGERR_ATTR_MSG = 1;

    /** What the kernel said to one request: errno 0 is consent. */
    record Answer(int sequence, int errno, String kernelText) {}

    private final MemorySegment sendMemory = Arena.ofAuto().allocate(SEND_BYTES, Long.BYTES);
    private final MemorySegment receiveMemory = Arena.ofAuto().allocate(RECEIVE_BYTES, Long.BYTES);
    private final ByteBuffer sendBuffer = sendMemory.asByteBuffer().order(ByteOrder.nativeOrder());
    private final MessageHeader sendHeader = new MessageHeader(0);
    private final MessageHeader receiveHeader = new MessageHeader(0);
    private int fd;
    private int lastSequence;

    NetlinkSocket() {
        fd = Libc.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
        if (fd < 0) {
            throw new TunIoException("cannot open a netlink socket", -fd, "");
        }
        // None of these is vital: older kernels say less, unprivileged sockets have less room.
        Libc.setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, 1);
        Libc.setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, 1);
        Libc.setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1);
        Libc.setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, SOCKET_BUFFER_BYTES);
        Libc.setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, SOCKET_BUFFER_BYTES);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment timeval = arena.allocateFrom(JAVA_LONG, ANSWER_SECONDS, 0);
            Libc.setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, timeval, (int) timeval.byteSize());
        }
    }

    /** Begins a message on its own. */
    NetlinkMessage begin(int type, int flags) {
        clear();
        return append(type, flags);
    }

    /** Forgets what waits to be sent, such as a message that could not be completed. */
    void clear() {
        sendBuffer.clear();
    }

    /** Begins a message behind those that wait to be sent; the caller finishes it. */
    NetlinkMessage append(int type, int flags) {
        return new NetlinkMessage(sendBuffer, type, flags, ++lastSequence);
    }

    /** Whether another message of any kind fits behind those that wait. */
    boolean hasRoom() {
        return sendBuffer.remaining() >= MAX_MESSAGE_BYTES;
    }

    /** Sends the one message that waits, and returns what the kernel says to it. */
    Answer execute(NetlinkMessage message) {
        message.finish();
        return executeBatch(message).getLast();
    }

    /** Sends the one message that waits; {@code what} completes "cannot ..." on a refusal. */
    void require(String what, NetlinkMessage message) {
        Answer answer = execute(message);
        if (answer.errno() != 0) {
            throw failure(what, answer);
        }
    }

    /**
     * Sends all messages that wait. Only the last of them asks for an acknowledgement, errors are
     * answered always: what is not in the list went well.
     */
    List<Answer> executeBatch(NetlinkMessage last) {
        last.addFlags(NetlinkMessage.NLM_F_ACK);
        send();
        List<Answer> answers = new ArrayList<>();
        while (answers.isEmpty() || answers.getLast().sequence() != last.sequence()) {
            forEachMessage(
                    receive(),
                    message -> {
                        if (message.getShort(4) == NLMSG_ERROR) {
                            answers.add(answer(message));
                        }
                    });
        }
        return answers;
    }

    /**
     * Asks, and returns the decoded answers.
     *
     * @param what completes "cannot ..." when the kernel refuses
     * @param request writes the message (a dump, or a get that wants an acknowledgement), anew for
     *     every attempt
     */
    <T> List<T> query(
            String what,
            Supplier<NetlinkMessage> request,
            int answerType,
            Function<ByteBuffer, T> decode) {
        for (int attempt = 1; ; attempt++) {
            NetlinkMessage message = request.get();
            message.finish();
            Reader<T> reader = new Reader<>(what, message.sequence(), answerType, decode);
            send();
            while (!reader.finished) {
                forEachMessage(receive(), reader::read);
            }
            // The table changed meanwhile: the list may lack entries that were there all along.
            if (!reader.interrupted || attempt == DUMP_ATTEMPTS) {
                return reader.found;
            }
        }
    }

    /** Collects the answers to one query. */
    private static final class Reader<T> {
        private final String what;
        private final int sequence;
        private final int answerType;
        private final Function<ByteBuffer, T> decode;
        private final List<T> found = new ArrayList<>();
        private boolean interrupted;
        private boolean finished;

        Reader(String what, int sequence, int answerType, Function<ByteBuffer, T> decode) {
            this.what = what;
            this.sequence = sequence;
            this.answerType = answerType;
            this.decode = decode;
        }

        void read(ByteBuffer message) {
            if (message.getInt(8) != sequence) {
                return;
            }
            int type = message.getShort(4);
            interrupted |= (message.getShort(6) & NLM_F_DUMP_INTR) != 0;
            if (type == NLMSG_ERROR || type == NLMSG_DONE) {
                finished = true;
                Answer answer = answer(message);
                if (answer.errno() > 0) {
                    throw failure(what, answer);
                }
            } else if (type == answerType) {
                found.add(decode.apply(message));
            }
        }
    }

    /** The exception for a refusal. */
    static TunIoException failure(String what, Answer answer) {
        String kernel =
                answer.kernelText().isEmpty() ? "" : "the kernel says: " + answer.kernelText();
        return new TunIoException(
                "cannot " + what,
                answer.errno(),
                answer.errno() == Errno.EPERM ? Capability.NET_ADMIN.advice() : kernel);
    }

    @Override
    public void close() {
        if (fd >= 0) {
            Libc.close(fd);
            fd = -1;
        }
    }

    private void send() {
        sendHeader.data(sendMemory.address(), sendBuffer.position());
        clear();
        int result = Libc.sendmsg(fd, sendHeader.memory(), 0);
        if (result < 0) {
            throw new TunIoException("cannot send to rtnetlink", -result, "");
        }
    }

    private ByteBuffer receive() {
        receiveHeader.data(receiveMemory.address(), RECEIVE_BYTES);
        int result;
        do {
            result = Libc.recvmsg(fd, receiveHeader.memory(), 0);
        } while (result == -Errno.EINTR);
        if (result < 0) {
            throw new TunIoException(
                    "no answer from rtnetlink",
                    -result,
                    result == -Errno.ENOBUFS ? "answers were lost: list the state anew" : "");
        }
        if ((receiveHeader.flags() & MSG_TRUNC) != 0) {
            throw new TunIoException("an answer of rtnetlink is longer than its buffer");
        }
        return receiveMemory.asSlice(0, result).asByteBuffer().order(ByteOrder.nativeOrder());
    }

    /** Hands over each message as a buffer of its own, from header to end. */
    private static void forEachMessage(ByteBuffer received, Consumer<ByteBuffer> reader) {
        int at = 0;
        while (at + NetlinkMessage.HEADER_BYTES <= received.limit()) {
            int length = received.getInt(at);
            if (length < NetlinkMessage.HEADER_BYTES || length > received.limit() - at) {
                return;
            }
            reader.accept(received.slice(at, length).order(received.order()));
            at += NetlinkMessage.align(length);
        }
    }

    /** Reads NLMSG_ERROR, and NLMSG_DONE whose body begins with an error number too. */
    private static Answer answer(ByteBuffer message) {
        int errorBody = NetlinkMessage.HEADER_BYTES + Integer.BYTES;
        if (message.limit() < errorBody) {
            return new Answer(message.getInt(8), 0, "");
        }
        int flags = message.getShort(6);
        String text = "";
        if ((flags & NLM_F_ACK_TLVS) != 0 && message.getShort(4) == NLMSG_ERROR) {
            int requestBytes =
                    (flags & NLM_F_CAPPED) != 0
                            ? NetlinkMessage.HEADER_BYTES
                            : NetlinkMessage.align(message.getInt(errorBody));
            text =
                    new NetlinkAttributes(message, errorBody + requestBytes)
                            .text(NLMSGERR_ATTR_MSG)
                            .orElse("");
        }
        return new Answer(message.getInt(8), -message.getInt(NetlinkMessage.HEADER_BYTES), text);
    }
}
