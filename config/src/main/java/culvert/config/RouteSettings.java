package culvert.config;

import java.time.Duration;

/**
 * How Culvert's routes stand in the kernel.
 *
 * @param metric of routes from the file; those of BGP have one more
 * @param guard a blackhole stands behind every route
 * @param holdDown how long a tunnel that returned is left alone while another carries
 * @param multipath flows are spread over all tunnels with equally good routes
 */
public record RouteSettings(int metric, boolean guard, Duration holdDown, boolean multipath) {}
