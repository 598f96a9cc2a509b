package culvert.config;

import culvert.ike.crypto.Encryption;
import culvert.ike.crypto.Integrity;
import culvert.ike.crypto.KeyExchangeGroup;
import culvert.ike.crypto.KeyExchangeMethod;
import culvert.ike.crypto.MlKem;
import culvert.ike.crypto.Prf;
import culvert.model.EspSuite;
import java.util.Arrays;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Patterns of proposals, made from the algorithms that there are. */
final class ProposalShapes {
    private static final String GROUP =
            alternatives(KeyExchangeGroup.values(), any -> true, KeyExchangeGroup::keyword);
    private static final String ADDITIONAL =
            "(-ke[1-7]_%s)*"
                    .formatted(
                            alternatives(
                                    Stream.<KeyExchangeMethod>concat(
                                                    Arrays.stream(MlKem.values()),
                                                    Arrays.stream(KeyExchangeGroup.values()))
                                            .toArray(KeyExchangeMethod[]::new),
                                    any -> true,
                                    KeyExchangeMethod::keyword));
    private static final String PRF = alternatives(Prf.values(), any -> true, Prf::keyword);

    static final WordShape IKE =
            new WordShape.Text(
                    "(%s-%s|%s-%s(-%s)?)-%s%s"
                            .formatted(
                                    alternatives(
                                            Encryption.values(),
                                            Encryption::isAead,
                                            Encryption::keyword),
                                    PRF,
                                    alternatives(
                                            Encryption.values(),
                                            cipher -> !cipher.isAead(),
                                            Encryption::keyword),
                                    alternatives(
                                            Integrity.values(),
                                            integrity -> integrity != Integrity.NONE,
                                            Integrity::keyword),
                                    PRF,
                                    GROUP,
                                    ADDITIONAL));

    static final WordShape ESP =
            new WordShape.Text(
                    "%s(-%s%s)?(-esn)?"
                            .formatted(
                                    alternatives(EspSuite.values(), any -> true, EspSuite::keyword),
                                    GROUP,
                                    ADDITIONAL));

    private ProposalShapes() {}

    private static <T> String alternatives(
            T[] values, Predicate<T> wanted, Function<T, String> keyword) {
        return Arrays.stream(values)
                .filter(wanted)
                .map(keyword)
                .collect(Collectors.joining("|", "(", ")"));
    }
}
