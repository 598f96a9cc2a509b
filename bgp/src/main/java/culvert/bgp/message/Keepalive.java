package culvert.bgp.message;

/** The message that says only that its sender lives (RFC 4271 4.4). */
public record Keepalive() implements BgpMessage {
    @Override
    public int type() {
        return MessageType.KEEPALIVE;
    }
}
