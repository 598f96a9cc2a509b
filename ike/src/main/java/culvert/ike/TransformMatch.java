package culvert.ike;

import culvert.ike.crypto.KeyExchangeMethod;
import culvert.ike.message.Proposal;
import culvert.ike.message.Transform;
import java.util.List;
import java.util.stream.IntStream;

/** Comparing the transforms of a proposal with those of a suite (RFC 7296 3.3.6). */
final class TransformMatch {
    private TransformMatch() {}

    /** The types ADDKE1, ADDKE2, ... for these methods (RFC 9370 2.2.1). */
    static List<Transform> additional(List<KeyExchangeMethod> methods) {
        return IntStream.range(0, methods.size())
                .mapToObj(
                        i -> Transform.of(Transform.ADDKE_FIRST + i, methods.get(i).transformId()))
                .toList();
    }

    /** Whether a proposal lets its receiver choose exactly these transforms. */
    static boolean offers(Proposal proposal, List<Transform> suite) {
        return proposal.transforms().stream()
                        .mapToInt(Transform::type)
                        .distinct()
                        // A type that we would leave out, or do not know, rules the proposal out.
                        .allMatch(type -> isAbout(suite, type) || offersNone(proposal, type))
                && suite.stream().allMatch(proposal.transforms()::contains);
    }

    /** What to answer: those of the suite, and "none" where the peer named the type itself. */
    static List<Transform> chosen(Proposal proposal, List<Transform> suite) {
        return proposal.transforms().stream()
                .filter(t -> suite.contains(t) || (!isAbout(suite, t.type()) && isNone(t)))
                .distinct()
                .toList();
    }

    /** Whether an answer is exactly this suite: one transform of each type. */
    static boolean isExactly(Proposal answer, List<Transform> suite) {
        return answer.transforms().size() == suite.size() && answer.transforms().containsAll(suite);
    }

    private static boolean isAbout(List<Transform> suite, int type) {
        return suite.stream().anyMatch(t -> t.type() == type);
    }

    /** RFC 7296 3.3.3, RFC 9370 2.2.1: integrity and key exchanges may be NONE, number 0. */
    private static boolean offersNone(Proposal proposal, int type) {
        return proposal.ofType(type).anyMatch(TransformMatch::isNone);
    }

    private static boolean isNone(Transform transform) {
        return (transform.type() == Transform.INTEG || transform.isKeyExchange())
                && transform.id() == 0
                && !transform.unknownAttribute();
    }
}
