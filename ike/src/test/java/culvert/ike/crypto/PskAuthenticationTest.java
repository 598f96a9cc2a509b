package culvert.ike.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.ike.message.Identification;
import culvert.ike.message.Octets;
import culvert.model.Secret;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PskAuthenticationTest {
    private static final byte[] MESSAGE = {1, 2, 3, 4};
    private static final Octets NONCE = Octets.ofHex("0f".repeat(32));
    private static final Identification ID = Identification.parse("198.18.0.1");

    private static Secret psk() {
        return Secret.owning("correct horse".getBytes(StandardCharsets.US_ASCII));
    }

    private static Secret skP() {
        return Secret.owning(new byte[] {9, 9, 9});
    }

    @ParameterizedTest
    @EnumSource(Prf.class)
    void followsTheFormulaOfTheRfc(Prf prf) {
        byte[] restOfIdPayload = {1, 0, 0, 0, (byte) 198, 18, 0, 1};
        byte[] signed =
                SlowKeys.concatenate(
                        MESSAGE, NONCE.toByteArray(), prf.compute(skP().octets(), restOfIdPayload));
        byte[] key =
                prf.compute(
                        psk().octets(), "Key Pad for IKEv2".getBytes(StandardCharsets.US_ASCII));
        assertEquals(
                Octets.copyOf(prf.compute(key, signed)),
                PskAuthentication.compute(prf, psk(), MESSAGE, NONCE, skP(), ID, Octets.EMPTY));
    }

    @Test
    void acceptsOnlyTheRightProofOfTheRightThing() {
        Prf prf = Prf.HMAC_SHA384;
        Octets auth =
                PskAuthentication.compute(prf, psk(), MESSAGE, NONCE, skP(), ID, Octets.EMPTY);
        assertTrue(
                PskAuthentication.verify(
                        prf, psk(), MESSAGE, NONCE, skP(), ID, Octets.EMPTY, auth));

        Secret otherPsk = Secret.owning("correct horsf".getBytes(StandardCharsets.US_ASCII));
        byte[] otherMessage = {1, 2, 3, 5};
        Octets otherNonce = Octets.ofHex("0e" + "0f".repeat(31));
        Secret otherSkP = Secret.owning(new byte[] {9, 9, 8});
        Identification otherId = Identification.parse("198.18.0.2");
        Identification otherType = new Identification(Identification.KEY_ID, ID.data());
        assertFalse(
                PskAuthentication.verify(
                        prf, otherPsk, MESSAGE, NONCE, skP(), ID, Octets.EMPTY, auth));
        assertFalse(
                PskAuthentication.verify(
                        prf, psk(), otherMessage, NONCE, skP(), ID, Octets.EMPTY, auth));
        assertFalse(
                PskAuthentication.verify(
                        prf, psk(), MESSAGE, otherNonce, skP(), ID, Octets.EMPTY, auth));
        assertFalse(
                PskAuthentication.verify(
                        prf, psk(), MESSAGE, NONCE, otherSkP, ID, Octets.EMPTY, auth));
        assertFalse(
                PskAuthentication.verify(
                        prf, psk(), MESSAGE, NONCE, skP(), otherId, Octets.EMPTY, auth));
        assertFalse(
                PskAuthentication.verify(
                        prf, psk(), MESSAGE, NONCE, skP(), otherType, Octets.EMPTY, auth));

        for (Octets wrong :
                new Octets[] {
                    Octets.EMPTY,
                    Octets.copyOf(auth.toByteArray(), 0, auth.length() - 1),
                    Octets.ofHex(auth + "00"),
                    Octets.copyOf(new byte[auth.length()])
                }) {
            assertFalse(
                    PskAuthentication.verify(
                            prf, psk(), MESSAGE, NONCE, skP(), ID, Octets.EMPTY, wrong));
        }
    }
}
