package culvert.ike.crypto;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The words {@code ke1_METHOD} to {@code ke7_METHOD} at the end of a proposal (RFC 9370 2.2). */
final class AdditionalMethods {
    /** As many as there are transform types for them. */
    private static final int MOST = 7;

    private AdditionalMethods() {}

    /**
     * Takes them from the end of a proposal's words.
     *
     * @throws IllegalArgumentException with a text for people
     */
    static List<KeyExchangeMethod> takeFrom(List<String> words) {
        int first = words.size();
        while (first > 1 && words.get(first - 1).startsWith("ke")) {
            first--;
        }
        List<String> mine = words.subList(first, words.size());
        List<KeyExchangeMethod> methods = new ArrayList<>();
        for (String word : mine) {
            String prefix = "ke%d_".formatted(methods.size() + 1);
            if (!word.startsWith(prefix) || methods.size() == MOST) {
                throw new IllegalArgumentException(
                        "'%s' is out of order (write ke1_mlkem768, then ke2_..., up to ke%d_...)"
                                .formatted(word, MOST));
            }
            KeyExchangeMethod method = parse(word.substring(prefix.length()));
            if (methods.contains(method)) {
                throw new IllegalArgumentException(
                        "%s is there twice (write each method once)".formatted(method.keyword()));
            }
            methods.add(method);
        }
        mine.clear();
        return List.copyOf(methods);
    }

    /** RFC 9370 2.2.2: no method twice in one proposal. */
    static void requireNot(KeyExchangeGroup main, List<KeyExchangeMethod> additional) {
        if (additional.contains(main)) {
            throw new IllegalArgumentException(
                    "%s is there twice (write each method once)".formatted(main.keyword()));
        }
    }

    private static KeyExchangeMethod parse(String word) {
        for (MlKem kem : MlKem.values()) {
            if (kem.keyword().equals(word)) {
                return kem;
            }
        }
        for (KeyExchangeGroup group : KeyExchangeGroup.values()) {
            if (group.keyword().equals(word)) {
                return group;
            }
        }
        throw new IllegalArgumentException(
                "'%s' is not a key exchange method (write one of %s)"
                        .formatted(
                                word,
                                Stream.concat(
                                                Arrays.stream(MlKem.values()),
                                                Arrays.stream(KeyExchangeGroup.values())
                                                        .filter(
                                                                g ->
                                                                        g.standing()
                                                                                == KeyExchangeGroup
                                                                                        .Standing
                                                                                        .CURRENT))
                                        .map(KeyExchangeMethod::keyword)
                                        .collect(Collectors.joining(", "))));
    }

    /** As they were read, each with a hyphen before it. */
    static String text(List<KeyExchangeMethod> methods) {
        return IntStream.range(0, methods.size())
                .mapToObj(i -> "-ke%d_%s".formatted(i + 1, methods.get(i).keyword()))
                .collect(Collectors.joining());
    }
}
