package culvert.ike.message;

import culvert.ike.crypto.IkeSaKeys;
import culvert.ike.crypto.IkeSuite;
import culvert.ike.message.Payload.Side;
import culvert.model.Secret;
import java.security.SecureRandom;
import java.util.List;

/** Ciphers of IKE SAs whose keys are always the same; each call hands out fresh counters. */
final class TestKeys {
    static final List<String> SUITES =
            List.of(
                    "aes256gcm16-prfsha384-ecp384",
                    "aes128-sha256-modp2048",
                    "aes256-sha1-modp1024");

    private static final SecureRandom RANDOM = new SecureRandom();

    private TestKeys() {}

    static SkCipher cipher(String suite, Side sender) {
        IkeSaKeys keys =
                IkeSaKeys.derive(
                        IkeSuite.parse(suite),
                        Secret.owning(new byte[] {1, 2, 3}),
                        Octets.copyOf(new byte[32]),
                        Octets.copyOf(new byte[16]),
                        new IkeSpi(1),
                        new IkeSpi(2));
        return keys.cipher(sender, RANDOM);
    }
}
