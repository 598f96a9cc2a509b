/**
 * X.509 certificates in IKE (RFC 4945, RFC 5280, RFC 7427): reading them and the keys beside them
 * from octets, judging what a peer presents, signing and verifying. No file and no network: lists
 * of revoked certificates come with the trust anchors, or from whoever fetched them, and the time
 * is an argument.
 */
@NullMarked
package culvert.ike.certificate;

import org.jspecify.annotations.NullMarked;
