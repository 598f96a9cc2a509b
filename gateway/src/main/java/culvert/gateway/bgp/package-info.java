/** BGP over TCP: what moves octets between the speaker and the peers inside the tunnels. */
package culvert.gateway.bgp;
