package culvert.gateway.doctor;

import java.util.List;
import java.util.stream.Collectors;

/** What a check found. Everything but a pass says what to do, or what would have to be known. */
public sealed interface Result {
    /** What was seen, in a sentence. */
    String evidence();

    /** As it should be. */
    record Pass(String evidence) implements Result {}

    /** It works, but for how long, or how well? */
    record Warn(String evidence, String fix) implements Result {}

    /** This keeps packets from getting through. */
    record Fail(String evidence, String fix) implements Result {}

    /** It could not be found out, and why not. */
    record Unknown(String evidence) implements Result {}

    /** The word for people and programs. */
    default String word() {
        return switch (this) {
            case Pass p -> "PASS";
            case Warn w -> "WARN";
            case Fail f -> "FAIL";
            case Unknown u -> "UNKNOWN";
        };
    }

    /** One thing to do; empty where there is none. */
    default String fix() {
        return switch (this) {
            case Pass p -> "";
            case Warn w -> w.fix();
            case Fail f -> f.fix();
            case Unknown u -> "";
        };
    }

    private static int severity(Result result) {
        return switch (result) {
            case Pass p -> 0;
            case Unknown u -> 1;
            case Warn w -> 2;
            case Fail f -> 3;
        };
    }

    /**
     * One result for several things of a kind: the worst, with the evidence of all that are as bad.
     *
     * @param allWell what to say when there is none or all pass
     */
    static Result worst(List<Result> results, String allWell) {
        int worst = results.stream().mapToInt(Result::severity).max().orElse(0);
        List<Result> those = results.stream().filter(r -> severity(r) == worst).toList();
        String evidence =
                those.stream().map(Result::evidence).distinct().collect(Collectors.joining("; "));
        return switch (worst) {
            case 1 -> new Unknown(evidence);
            case 2 -> new Warn(evidence, those.getFirst().fix());
            case 3 -> new Fail(evidence, those.getFirst().fix());
            default -> new Pass(allWell);
        };
    }
}
