/**
 * The ESP dataplane of one tunnel: {@link TunnelDataplane} owns a TUN device, a UDP socket and two
 * threads. {@code OutboundPath} and {@code InboundPath} tell what happens to a packet, step by
 * step. Everything else is control: commands go in, counters and activity come out.
 */
package culvert.esp;
