package culvert.gateway.control;

import java.util.function.Function;

/**
 * An answer that goes on. Its first line on the socket is exit code 0, then come the octets of the
 * stream, ended by the connection's close from either side.
 *
 * @param open called on the control loop when the client is ready; what it returns is run on the
 *     loop when the connection has ended, whoever ended it
 */
public record ControlStream(Function<ControlOutlet, Runnable> open) implements ControlAnswer {}
