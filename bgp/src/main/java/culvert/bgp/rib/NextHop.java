package culvert.bgp.rib;

import java.net.InetAddress;

/**
 * Where to send packets.
 *
 * @param peer name of the peer that offered the route, for a tunnel the tunnel's name
 * @param address the NEXT_HOP; a tunnel device needs none
 */
public record NextHop(String peer, InetAddress address) {}
