/** Captures of inner packets, as files that packet analysers read. */
package culvert.gateway.capture;
