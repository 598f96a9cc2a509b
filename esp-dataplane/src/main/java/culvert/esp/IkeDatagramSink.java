package culvert.esp;

/** Where the inbound thread leaves IKE messages that arrive on the tunnel's UDP socket. */
@FunctionalInterface
public interface IkeDatagramSink {
    /**
     * Takes one IKE message, without the non-ESP marker. Called on the inbound thread: must not
     * block, and must hold a bounded number of messages.
     *
     * @param message a copy that belongs to the receiver
     * @return false when there is no room; the message is dropped and counted then
     */
    boolean offer(byte[] message);
}
