package culvert.bgp.message;

/** The UPDATE that ends the first exchange of a family's routes (RFC 4724 2). */
public record EndOfRib(AddressFamily family) implements BgpMessage {
    @Override
    public int type() {
        return MessageType.UPDATE;
    }
}
