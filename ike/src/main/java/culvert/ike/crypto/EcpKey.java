package culvert.ike.crypto;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.util.BigIntegers;

/**
 * The NIST prime curves (RFC 5903): a public value is x | y without the 0x04 of other formats, the
 * shared secret is x alone, every coordinate as long as the field. As with {@link ModpKey}, a
 * scalar is used for one exchange only.
 */
final class EcpKey implements EphemeralKey {
    private static final int UNCOMPRESSED = 0x04;

    private final ECDomainParameters curve;
    private BigInteger scalar;

    EcpKey(String curveName, BigInteger scalar) {
        this.curve = curve(curveName);
        this.scalar = scalar;
    }

    static EcpKey generate(String curveName, SecureRandom random) {
        BigInteger greatest = curve(curveName).getN().subtract(BigInteger.ONE);
        return new EcpKey(
                curveName, BigIntegers.createRandomInRange(BigInteger.ONE, greatest, random));
    }

    private static ECDomainParameters curve(String name) {
        X9ECParameters parameters = CustomNamedCurves.getByName(name);
        return new ECDomainParameters(parameters);
    }

    @Override
    public byte[] publicValue() {
        ECPoint point = new FixedPointCombMultiplier().multiply(curve.getG(), scalar);
        byte[] encoded = point.getEncoded(false);
        return Arrays.copyOfRange(encoded, 1, encoded.length);
    }

    @Override
    public byte[] sharedSecret(byte[] peerPublicValue) throws InvalidPublicValueException {
        ECPoint shared = point(peerPublicValue).multiply(scalar).normalize();
        return shared.getAffineXCoord().getEncoded();
    }

    /** RFC 6989 2.3: coordinates below p, on the curve; infinity has no encoding of this length. */
    private ECPoint point(byte[] publicValue) throws InvalidPublicValueException {
        byte[] encoded = new byte[1 + publicValue.length];
        encoded[0] = UNCOMPRESSED;
        System.arraycopy(publicValue, 0, encoded, 1, publicValue.length);
        try {
            return curve.validatePublicPoint(curve.getCurve().decodePoint(encoded));
        } catch (IllegalArgumentException notOnCurve) {
            throw new InvalidPublicValueException("the public value is no point of the curve");
        }
    }

    @Override
    public void close() {
        scalar = BigInteger.ZERO;
    }
}
