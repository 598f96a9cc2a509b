package culvert.model;

import java.util.Locale;

/**
 * A way in which the kernel takes or gives many packets of a tunnel in one call. Each can be
 * switched off, and traffic goes on without it.
 */
public enum Offload {
    /** Reads from the TUN device bring TCP superpackets (TSO4 and TSO6). */
    TSO,
    /** Reads from the TUN device bring UDP superpackets (USO4 and USO6; Linux 6.2). */
    USO,
    /** One send carries many datagrams of one size (UDP_SEGMENT; Linux 4.18). */
    GSO,
    /** One receive brings many datagrams of one size (UDP_GRO; Linux 5.12). */
    GRO,
    /** TCP segments from the peer are joined into superpackets before the TUN device. */
    COALESCE_TCP,
    /** UDP datagrams from the peer are joined into superpackets before the TUN device. */
    COALESCE_UDP;

    /** As the configuration and people write it, such as {@code coalesce-tcp}. */
    public String keyword() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
