package culvert.esp;

import culvert.model.Offload;
import culvert.model.Spi;

/**
 * The few things that one tunnel's dataplane has to tell people. Called on its threads, rarely, so
 * an implementation may log.
 */
public interface DataplaneEvents {
    /**
     * An offload misbehaved and is off until the tunnel is restarted; traffic continues without.
     *
     * @param reason what the kernel said
     */
    void offloadDisabled(Offload offload, String reason);

    /** An offload stays on, but not for everything; traffic continues without it where it fails. */
    void offloadLimited(Offload offload, String reason);

    /** ICMP claims a smaller MTU of the path; {@link TunnelDataplane#takePathMtuClaim} tells it. */
    void pathMtuClaimed();

    /** An SA could not be installed, or was removed to make room. */
    void saRefused(Spi spi, String reason);

    /**
     * The peer's host, or somebody on the way, says by ICMP that ESP as IP protocol 50 does not get
     * through. Not authentic.
     */
    void espRefused(String reason);

    /** A fault of Culvert's own; the thread goes on. At most one call a second per thread. */
    void fault(String thread, Throwable cause);
}
