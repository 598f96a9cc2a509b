package culvert.ike.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import culvert.ike.message.Octets;
import culvert.model.Secret;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import javax.crypto.DecapsulateException;
import javax.crypto.KEM;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Additional key exchanges by every method; ML-KEM against the JDK's, which is another one. */
class AdditionalKeyExchangeTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    static List<KeyExchangeMethod> methods() {
        return Stream.<KeyExchangeMethod>concat(
                        Arrays.stream(MlKem.values()), Arrays.stream(KeyExchangeGroup.values()))
                .toList();
    }

    private static String jdkName(MlKem kem) {
        return switch (kem) {
            case MLKEM768 -> "ML-KEM-768";
            case MLKEM1024 -> "ML-KEM-1024";
        };
    }

    @ParameterizedTest
    @MethodSource("methods")
    void agreesOnBothSides(KeyExchangeMethod method) throws InvalidPublicValueException {
        try (AdditionalKeyExchange ours = AdditionalKeyExchange.generate(method, RANDOM)) {
            AdditionalKeyExchange.Answer theirs =
                    AdditionalKeyExchange.answer(method, ours.publicValue(), RANDOM);
            assertEquals(theirs.sharedSecret(), ours.sharedSecret(theirs.publicValue()));
        }
    }

    @ParameterizedTest
    @CsvSource({"MLKEM768, 36, 1184, 1088", "MLKEM1024, 37, 1568, 1568"})
    void hasTheNumbersAndLengthsOfTheStandards(MlKem kem, int id, int request, int answer)
            throws InvalidPublicValueException {
        assertEquals(id, kem.transformId());
        try (AdditionalKeyExchange ours = AdditionalKeyExchange.generate(kem, RANDOM)) {
            assertEquals(request, ours.publicValue().length());
            AdditionalKeyExchange.Answer theirs =
                    AdditionalKeyExchange.answer(kem, ours.publicValue(), RANDOM);
            assertEquals(answer, theirs.publicValue().length());
            assertEquals(32, theirs.sharedSecret().length());
        }
    }

    @ParameterizedTest
    @EnumSource
    void theJdkAnswersOurs(MlKem kem) throws Exception {
        try (AdditionalKeyExchange ours = AdditionalKeyExchange.generate(kem, RANDOM)) {
            KEM.Encapsulated made =
                    KEM.getInstance("ML-KEM")
                            .newEncapsulator(jdkKey(kem, ours.publicValue()))
                            .encapsulate();
            Secret shared = ours.sharedSecret(Octets.copyOf(made.encapsulation()));
            assertArrayEquals(made.key().getEncoded(), shared.octets());
        }
    }

    @ParameterizedTest
    @EnumSource
    void weAnswerTheJdk(MlKem kem) throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance(jdkName(kem)).generateKeyPair();
        byte[] encoded = pair.getPublic().getEncoded();
        AdditionalKeyExchange.Answer ours =
                AdditionalKeyExchange.answer(
                        kem,
                        Octets.copyOf(
                                encoded,
                                encoded.length - kem.encapsulationKeyBytes(),
                                encoded.length),
                        RANDOM);
        assertArrayEquals(
                decapsulated(pair, ours.publicValue().toByteArray()), ours.sharedSecret().octets());
    }

    private static byte[] decapsulated(KeyPair pair, byte[] ciphertext)
            throws java.security.GeneralSecurityException, DecapsulateException {
        return KEM.getInstance("ML-KEM")
                .newDecapsulator(pair.getPrivate())
                .decapsulate(ciphertext)
                .getEncoded();
    }

    /** The raw key behind the header that X.509 puts before it. */
    private static PublicKey jdkKey(MlKem kem, Octets raw) throws Exception {
        byte[] other =
                KeyPairGenerator.getInstance(jdkName(kem))
                        .generateKeyPair()
                        .getPublic()
                        .getEncoded();
        byte[] key = raw.toByteArray();
        System.arraycopy(key, 0, other, other.length - key.length, key.length);
        return KeyFactory.getInstance("ML-KEM").generatePublic(new X509EncodedKeySpec(other));
    }

    @ParameterizedTest
    @EnumSource
    void refusesValuesOfAnotherLength(MlKem kem) {
        try (AdditionalKeyExchange ours = AdditionalKeyExchange.generate(kem, RANDOM)) {
            for (int difference : new int[] {-1, 1, -kem.ciphertextBytes(), 1000}) {
                int request = Math.max(0, kem.encapsulationKeyBytes() + difference);
                var e =
                        assertThrows(
                                InvalidPublicValueException.class,
                                () ->
                                        AdditionalKeyExchange.answer(
                                                kem, Octets.copyOf(new byte[request]), RANDOM));
                assertEquals(
                        "an encapsulation key of %s has %d octets, this one has %d"
                                .formatted(kem.keyword(), kem.encapsulationKeyBytes(), request),
                        e.getMessage());
                int answer = kem.ciphertextBytes() + difference;
                assertThrows(
                        InvalidPublicValueException.class,
                        () -> ours.sharedSecret(Octets.copyOf(new byte[answer])));
            }
        }
    }

    /** FIPS 203 7.2: 3328 is the highest coefficient. */
    @ParameterizedTest
    @CsvSource({"000d00, false", "010d00, true", "00f0cf, false", "0010d0, true", "ffffff, true"})
    void refusesCoefficientsThatAreNotBelowTheModulus(String three, boolean refused)
            throws InvalidPublicValueException {
        byte[] key = new byte[MlKem.MLKEM768.encapsulationKeyBytes()];
        byte[] coefficients = HexFormat.of().parseHex(three);
        for (int at : new int[] {0, 3, 1149}) {
            Arrays.fill(key, (byte) 0);
            System.arraycopy(coefficients, 0, key, at, 3);
            Octets request = Octets.copyOf(key);
            if (refused) {
                assertThrows(
                        InvalidPublicValueException.class,
                        () -> AdditionalKeyExchange.answer(MlKem.MLKEM768, request, RANDOM));
            } else {
                AdditionalKeyExchange.answer(MlKem.MLKEM768, request, RANDOM);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void changedCiphertextGivesASecretOfItsOwn(MlKem kem) throws InvalidPublicValueException {
        try (AdditionalKeyExchange ours = AdditionalKeyExchange.generate(kem, RANDOM)) {
            AdditionalKeyExchange.Answer theirs =
                    AdditionalKeyExchange.answer(kem, ours.publicValue(), RANDOM);
            byte[] changed = theirs.publicValue().toByteArray();
            changed[100] ^= 1;
            Secret shared = ours.sharedSecret(Octets.copyOf(changed));
            assertNotEquals(theirs.sharedSecret(), shared);
            assertEquals(shared, ours.sharedSecret(Octets.copyOf(changed)));
        }
    }

    @Test
    void refusesToServeAfterItWasClosed() throws InvalidPublicValueException {
        AdditionalKeyExchange ours = AdditionalKeyExchange.generate(MlKem.MLKEM768, RANDOM);
        Octets theirs =
                AdditionalKeyExchange.answer(MlKem.MLKEM768, ours.publicValue(), RANDOM)
                        .publicValue();
        ours.close();
        assertThrows(IllegalStateException.class, () -> ours.sharedSecret(theirs));
    }

    @ParameterizedTest
    @CsvSource({
        "aes256gcm16-prfsha384-ecp384-ke1_mlkem768",
        "aes256gcm16-prfsha384-ecp384-ke1_mlkem1024-ke2_curve25519",
        "aes256-sha384-modp3072-ke1_mlkem768",
        "aes256-sha256-prfsha512-ecp256-ke1_mlkem768"
    })
    void readsAndPrintsThemInIkeProposals(String text) {
        assertEquals(text, IkeSuite.parse(text).toString());
    }

    @Test
    void readsAndPrintsThemInEspProposals() {
        for (String text :
                List.of("aes256gcm16-ecp384-ke1_mlkem768", "aes256gcm16-ecp384-ke1_mlkem768-esn")) {
            assertEquals(text, EspProposal.parse(text).toString());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "aes256gcm16-prfsha384-mlkem768 | 'mlkem768' comes in addition to a group (write"
                        + " ecp384-ke1_mlkem768)",
                "aes256gcm16-prfsha384-ecp384-ke2_mlkem768 | 'ke2_mlkem768' is out of order (write"
                        + " ke1_mlkem768, then ke2_..., up to ke7_...)",
                "aes256gcm16-prfsha384-ecp384-ke1_mlkem768-ke2_mlkem768 | mlkem768 is there twice"
                        + " (write each method once)",
                "aes256gcm16-prfsha384-ecp384-ke1_ecp384 | ecp384 is there twice (write each method"
                        + " once)",
                "aes256gcm16-prfsha384-ke1_mlkem768 | 'aes256gcm16-prfsha384-ke1_mlkem768' is not"
                        + " complete (write aes256gcm16-prfsha384-ecp384)",
                "aes256gcm16-prfsha384-ecp384-ke1_kyber | 'kyber' is not a key exchange method"
                        + " (write one of mlkem768, mlkem1024, modp2048, modp3072, modp4096,"
                        + " modp6144, modp8192, ecp256, ecp384, ecp521, curve25519)",
            })
    void saysWhatIsWrongWithAProposal(String text, String message) {
        var e = assertThrows(IllegalArgumentException.class, () -> IkeSuite.parse(text));
        assertEquals(message, e.getMessage());
    }

    @Test
    void additionalExchangeOfAChildSaNeedsAGroup() {
        var e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> EspProposal.parse("aes256gcm16-ke1_mlkem768"));
        assertEquals(
                "'aes256gcm16-ke1_mlkem768' has no group before ke1 (write"
                        + " CIPHER-ecp384-ke1_mlkem768)",
                e.getMessage());
    }
}
