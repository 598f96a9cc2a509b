package culvert.gateway.log;

/**
 * What AWS's tunnel activity log says of a tunnel in each of its lines.
 *
 * @param phase1 {@code established}, {@code negotiating} or {@code down}: the IKE SA
 * @param phase2 likewise: the CHILD SA
 */
public record TunnelPhases(boolean dpdEnabled, boolean natDetected, String phase1, String phase2) {}
