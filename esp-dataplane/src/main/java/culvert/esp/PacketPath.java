package culvert.esp;

/** What one dataplane thread does, again and again. Its state is touched by that thread alone. */
sealed interface PacketPath extends AutoCloseable permits OutboundPath, InboundPath {
    /** {@link #doWork} met an error that a retry at once would meet again. */
    int TROUBLE = -1;

    /**
     * One batch: take in, apply commands, process, pass on.
     *
     * @return the calls that took something in; 0 when there was nothing to do; or {@link #TROUBLE}
     */
    int doWork();

    PathCounters counters();

    /** The descriptor has an error to tell; the next {@link #doWork} asks for it. Any thread. */
    void errorPending();

    /** Changes the longest inner packet that TCP is told of. Any thread. */
    void mtu(int mtuBytes);

    /** Drops, as {@link DropReason#INTERNAL}, what a fault in {@link #doWork} left behind. */
    void abandonBatch();

    /** Wipes the keys of every SA, installed or still on the way. */
    @Override
    void close();
}
