/**
 * Fetches revocation lists by http from where certificates say that they are: bounded in octets,
 * time and number, and believed for their authority's signature alone.
 */
package culvert.gateway.revocation;
