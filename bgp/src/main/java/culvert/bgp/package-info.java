/**
 * A BGP-4 speaker without I/O. {@link culvert.bgp.BgpSpeaker#handle} takes one input with the time
 * and answers with actions; {@link culvert.bgp.BgpSpeaker#nextDeadlineNanos} says when it wants to
 * be asked again. The same inputs with the same random numbers give the same actions.
 */
package culvert.bgp;
