package culvert.gateway.control;

/** What the daemon says to a request: all at once, or for as long as both sides like. */
public sealed interface ControlAnswer permits ControlReply, ControlStream {}
