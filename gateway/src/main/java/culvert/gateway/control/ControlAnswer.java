package culvert.gateway.control;

/** What the daemon says to a request: at once, later, or for as long as both sides like. */
public sealed interface ControlAnswer permits ControlReply, ControlPromise, ControlStream {}
