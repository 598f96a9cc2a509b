package culvert.ike.crypto;

import java.math.BigInteger;
import java.security.SecureRandom;
import org.bouncycastle.crypto.params.DHParameters;
import org.bouncycastle.util.BigIntegers;

/**
 * Exponentiation modulo a prime (RFC 3526, RFC 5114). The JDK's arithmetic is not constant-time; an
 * exponent is used for one exchange only, so that there is nothing to average over.
 */
final class ModpKey implements EphemeralKey {
    private static final BigInteger LEAST_EXPONENT = BigInteger.TWO;

    private final DHParameters group;
    private BigInteger exponent;

    ModpKey(DHParameters group, BigInteger exponent) {
        this.group = group;
        this.exponent = exponent;
    }

    static ModpKey generate(DHParameters group, int exponentBits, SecureRandom random) {
        BigInteger greatest =
                BigInteger.ONE.shiftLeft(exponentBits).min(group.getQ()).subtract(BigInteger.ONE);
        return new ModpKey(
                group, BigIntegers.createRandomInRange(LEAST_EXPONENT, greatest, random));
    }

    @Override
    public byte[] publicValue() {
        return fixedLength(group.getG().modPow(exponent, group.getP()));
    }

    @Override
    public byte[] sharedSecret(byte[] peerPublicValue) throws InvalidPublicValueException {
        BigInteger p = group.getP();
        BigInteger y = new BigInteger(1, peerPublicValue);
        // RFC 6989 2.1: 1 < y < p-1.
        if (y.compareTo(BigInteger.ONE) <= 0 || y.compareTo(p.subtract(BigInteger.ONE)) >= 0) {
            throw new InvalidPublicValueException(
                    "the public value is not between 1 and p-1 of the group");
        }
        // RFC 6989 2.2: groups with a small subgroup need the costly test.
        if (hasSmallSubgroup() && !y.modPow(group.getQ(), p).equals(BigInteger.ONE)) {
            throw new InvalidPublicValueException(
                    "the public value lies outside the subgroup of the group");
        }
        return fixedLength(y.modPow(exponent, p));
    }

    @Override
    public void close() {
        exponent = BigInteger.ZERO;
    }

    /** Whether p is not a safe prime, 2q+1. */
    private boolean hasSmallSubgroup() {
        return group.getQ().bitLength() < group.getP().bitLength() - 1;
    }

    /** RFC 7296 2.14: zeros in front, up to the length of the prime. */
    private byte[] fixedLength(BigInteger value) {
        return BigIntegers.asUnsignedByteArray((group.getP().bitLength() + 7) / 8, value);
    }
}
