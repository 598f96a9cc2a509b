package culvert.ike;

import culvert.ike.crypto.Prf;
import culvert.ike.message.IkeSpi;
import culvert.ike.message.Octets;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;

/**
 * Cookies that we demand: a keyed hash over what the initiator must repeat, so that nothing is
 * stored until it has shown that it receives at its address (RFC 7296 2.6).
 *
 * <pre>
 *   octet 0     number of the secret, modulo 256
 *   octets 1-32 HMAC-SHA-256(secret, Ni | IPi | SPIi)
 * </pre>
 */
final class Cookie {
    private static final long SECRET_LIFETIME_NANOS = IkeTiming.seconds(120);
    private static final int SECRET_BYTES = 32;

    private byte[] secret = new byte[SECRET_BYTES];
    private byte[] previousSecret = new byte[SECRET_BYTES];
    private byte number;
    private boolean started;
    private long rotateNanos;

    Octets make(Octets nonceI, InetAddress initiator, IkeSpi initiatorSpi, Turn turn) {
        rotate(turn.random(), turn.nowNanos());
        return compute(secret, number, nonceI, initiator, initiatorSpi);
    }

    /** Whether we made this cookie for this initiator with the present or the previous secret. */
    boolean accepts(
            Octets cookie, Octets nonceI, InetAddress initiator, IkeSpi initiatorSpi, Turn turn) {
        rotate(turn.random(), turn.nowNanos());
        Octets present = compute(secret, number, nonceI, initiator, initiatorSpi);
        Octets previous =
                compute(previousSecret, (byte) (number - 1), nonceI, initiator, initiatorSpi);
        byte[] received = cookie.toByteArray();
        boolean byPresent = MessageDigest.isEqual(present.toByteArray(), received);
        boolean byPrevious = MessageDigest.isEqual(previous.toByteArray(), received);
        return byPresent || byPrevious;
    }

    private void rotate(SecureRandom random, long nowNanos) {
        if (started && rotateNanos - nowNanos > 0) {
            return;
        }
        if (!started) {
            random.nextBytes(secret);
            started = true;
        }
        byte[] unused = previousSecret;
        previousSecret = secret;
        secret = unused;
        random.nextBytes(secret);
        number++;
        rotateNanos = nowNanos + SECRET_LIFETIME_NANOS;
    }

    private static Octets compute(
            byte[] secret, byte number, Octets nonceI, InetAddress initiator, IkeSpi initiatorSpi) {
        byte[] spi = ByteBuffer.allocate(Long.BYTES).putLong(initiatorSpi.value()).array();
        byte[] hash =
                Prf.HMAC_SHA256.compute(secret, nonceI.toByteArray(), initiator.getAddress(), spi);
        return Octets.copyOf(ByteBuffer.allocate(1 + hash.length).put(number).put(hash).array());
    }
}
