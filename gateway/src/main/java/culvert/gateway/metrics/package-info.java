/** Metrics in Prometheus' text format, and what the process says of itself. */
package culvert.gateway.metrics;
