package culvert.tunio;

import java.net.InetAddress;

/**
 * The reply to an echo request.
 *
 * @param from who replied
 * @param sequence the request's, 16 bits
 * @param timeNanos the request's, brought back
 * @param payloadBytes how much payload came back
 */
public record EchoReply(InetAddress from, int sequence, long timeNanos, int payloadBytes) {}
