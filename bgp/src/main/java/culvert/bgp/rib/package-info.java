/** Routing information bases of BGP, the decision process and the policy between them. */
package culvert.bgp.rib;
