package culvert.tunio;

import static culvert.tunio.SocketNumbers.SOCK_CLOEXEC;
import static culvert.tunio.SocketNumbers.SOCK_NONBLOCK;
import static culvert.tunio.SocketNumbers.SOCK_RAW;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Notices that interfaces of this network namespace come, go, or change (multicast group
 * RTNLGRP_LINK of rtnetlink, linux/rtnetlink.h). What changed is to be asked of {@link LinkTable}:
 * messages may be lost when many come at once.
 *
 * <pre>
 *  struct sockaddr_nl
 *  0 family u16   4 pid    u32, 0: the kernel chooses
 *  2 pad    u16   8 groups u32
 * </pre>
 */
public final class LinkWatch implements AutoCloseable {
    private static final int RTMGRP_LINK = 1;
    private static final int ADDRESS_BYTES = 12;
    private static final int RECEIVE_BYTES = 32 * 1024;

    private final MemorySegment callState = Libc.newCallState();
    private final MemorySegment received = Arena.ofAuto().allocate(RECEIVE_BYTES);
    private final int fd;
    private final Poller poller;
    private volatile boolean closed;

    private LinkWatch(int fd, Runnable onChange) {
        this.fd = fd;
        this.poller = new Poller(fd);
        Thread.ofPlatform().daemon().name("link-watch").start(() -> watch(onChange));
    }

    /**
     * Notices what happens from now on.
     *
     * @param onChange runs on a thread of its own, once for whatever happened together
     */
    public static LinkWatch start(Runnable onChange) {
        int fd =
                Libc.socket(
                        NetlinkSocket.AF_NETLINK,
                        SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC,
                        NetlinkSocket.NETLINK_ROUTE);
        if (fd < 0) {
            throw new TunIoException("cannot open a netlink socket", -fd, "");
        }
        MemorySegment address = Arena.ofAuto().allocate(ADDRESS_BYTES, Integer.BYTES);
        ByteBuffer fields = address.asByteBuffer().order(ByteOrder.nativeOrder());
        fields.putShort((short) NetlinkSocket.AF_NETLINK)
                .putShort((short) 0)
                .putInt(0)
                .putInt(RTMGRP_LINK);
        int result = Libc.bind(fd, address, ADDRESS_BYTES);
        if (result < 0) {
            Libc.close(fd);
            throw new TunIoException("cannot watch the interfaces", -result, "");
        }
        return new LinkWatch(fd, onChange);
    }

    private void watch(Runnable onChange) {
        while (!closed) {
            if (poller.await(-1) && takeAll() && !closed) {
                onChange.run();
            }
        }
        poller.close();
        Libc.close(fd);
    }

    private boolean takeAll() {
        boolean any = false;
        int result = 1;
        while (result > 0 || result == -Errno.ENOBUFS) {
            result = Libc.read(callState, fd, received.address(), RECEIVE_BYTES);
            any |= result != -Errno.EAGAIN;
        }
        return any;
    }

    /** Ends the thread soon. */
    @Override
    public void close() {
        closed = true;
        poller.wake();
    }
}
