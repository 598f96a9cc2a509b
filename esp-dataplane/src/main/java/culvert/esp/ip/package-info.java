/**
 * What the packet paths know of the inner packets: IPv4, IPv6, TCP and UDP headers, the Internet
 * checksum, ECN and the virtio_net_hdr that Linux puts before them. Everything works on off-heap
 * memory in place and allocates nothing.
 */
package culvert.esp.ip;
