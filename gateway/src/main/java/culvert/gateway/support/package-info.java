/** One archive with all that a ticket needs, and no secrets. */
package culvert.gateway.support;
