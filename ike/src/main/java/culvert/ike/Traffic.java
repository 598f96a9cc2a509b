package culvert.ike;

/** What the dataplane says about the packets of a tunnel's CHILD SAs. */
final class Traffic {
    private Traffic() {}

    static void inbound(IkeTunnel tunnel, IkeInput.InboundTraffic traffic, Turn turn) {
        for (IkeSa sa : tunnel.ikeSas()) {
            for (ChildSa child : sa.children()) {
                if (child.inboundSpi().equals(traffic.inboundSpi())) {
                    sa.schedule().liveness().proof(traffic.lastPacketNanos());
                    sa.schedule().used(child, traffic.packets(), traffic.bytes(), turn);
                    // RFC 7296 2.8: a packet on the new SA says that the initiator has it.
                    if (sa.state() == IkeSa.State.ESTABLISHED) {
                        child.useOutbound(sa, turn);
                    }
                }
            }
        }
    }

    static void outbound(IkeTunnel tunnel, IkeInput.OutboundTraffic traffic, Turn turn) {
        for (IkeSa sa : tunnel.ikeSas()) {
            for (ChildSa child : sa.children()) {
                if (child.use() == ChildSa.Use.BOTH
                        && child.outboundSpi().equals(traffic.outboundSpi())) {
                    sa.schedule().keepalive().sent(traffic.lastPacketNanos());
                    sa.schedule().used(child, traffic.sequenceNumber(), traffic.bytes(), turn);
                }
            }
        }
    }
}
