/**
 * IKE messages as values and as octets (RFC 7296 3). {@link culvert.ike.message.MessageDecoder} and
 * {@link culvert.ike.message.MessageEncoder} are the two ways in; each payload with a structure has
 * a codec that draws its layout. Nothing here knows an algorithm or a state.
 */
package culvert.ike.message;
