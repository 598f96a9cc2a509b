package culvert.ike.crypto;

import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.math.ec.rfc7748.X25519;

/** Curve25519 (RFC 8031, RFC 7748). */
final class X25519Key implements EphemeralKey {
    private final byte[] scalar;

    X25519Key(byte[] scalar) {
        this.scalar = scalar;
    }

    static X25519Key generate(SecureRandom random) {
        byte[] scalar = new byte[X25519.SCALAR_SIZE];
        X25519.generatePrivateKey(random, scalar);
        return new X25519Key(scalar);
    }

    @Override
    public byte[] publicValue() {
        byte[] value = new byte[X25519.POINT_SIZE];
        X25519.generatePublicKey(scalar, 0, value, 0);
        return value;
    }

    @Override
    public byte[] sharedSecret(byte[] peerPublicValue) throws InvalidPublicValueException {
        byte[] shared = new byte[X25519.POINT_SIZE];
        // RFC 7748 6.1: a point of small order gives all zeros, a secret that anyone knows.
        if (!X25519.calculateAgreement(scalar, 0, peerPublicValue, 0, shared, 0)) {
            throw new InvalidPublicValueException("the public value is a point of small order");
        }
        return shared;
    }

    @Override
    public void close() {
        Arrays.fill(scalar, (byte) 0);
    }
}
