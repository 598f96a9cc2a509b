/** Looks up the names of peers, without anyone waiting for the resolver. */
package culvert.gateway.names;
