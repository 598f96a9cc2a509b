/**
 * The messages of BGP-4 as values, and their codec.
 *
 * <p>A decoder never throws for what a peer sent: it answers with a message or with a {@link
 * culvert.bgp.message.DecodeError} that says what RFC 7606 wants done and carries the NOTIFICATION
 * for the case that the session must end. Nothing of a message is handed on before all of it was
 * read.
 */
package culvert.bgp.message;
