/** Which tunnel carries what: probes, health, and the routes in the kernel. */
package culvert.gateway.routing;
