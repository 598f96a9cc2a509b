package culvert.gateway.doctor;

import culvert.gateway.daemon.JsonText;
import culvert.gateway.daemon.Paragraph;
import culvert.gateway.log.CleanText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Findings for people and for programs. */
public record DoctorReport(List<Finding> findings) {
    private static final int INDENT = 9;

    public DoctorReport {
        findings = List.copyOf(findings);
    }

    /** Whether something keeps packets from getting through. */
    public boolean hasFailures() {
        return !failed().isEmpty();
    }

    private List<String> failed() {
        return findings.stream()
                .filter(f -> f.result() instanceof Result.Fail)
                .map(Finding::check)
                .toList();
    }

    private long count(String word) {
        return findings.stream().filter(f -> f.result().word().equals(word)).count();
    }

    /** The first line answers; then a finding each, at most 80 columns wide. */
    public String toText() {
        StringBuilder text = new StringBuilder();
        String rest =
                "%d of %d pass, %d to look at, %d unknown"
                        .formatted(count("PASS"), findings.size(), count("WARN"), count("UNKNOWN"));
        List<String> failed = failed();
        List<String> answer = new ArrayList<>();
        answer.addAll(
                Paragraph.wrap(
                        failed.isEmpty()
                                ? "Nothing fails: " + rest
                                : failed.stream().collect(Collectors.joining(", "))
                                        + (failed.size() == 1 ? " fails: " : " fail: ")
                                        + rest,
                        Paragraph.COLUMNS));
        answer.forEach(line -> text.append(line).append('\n'));
        text.append('\n');
        for (Finding finding : findings) {
            Result result = finding.result();
            text.append(result.word())
                    .repeat(' ', INDENT - result.word().length())
                    .append(finding.check())
                    .append('\n');
            indented(text, CleanText.of(result.evidence()));
            if (!result.fix().isEmpty()) {
                indented(text, "fix: " + CleanText.of(result.fix()));
            }
        }
        return text.toString();
    }

    private static void indented(StringBuilder text, String words) {
        for (String line : Paragraph.wrap(words, Paragraph.COLUMNS - INDENT)) {
            text.repeat(' ', INDENT).append(line).append('\n');
        }
    }

    /** Schema {@code culvert.doctor/1}. */
    public String toJson() {
        return JsonText.of(
                "culvert.doctor/1",
                json -> {
                    json.writeArrayFieldStart("checks");
                    for (Finding finding : findings) {
                        Result result = finding.result();
                        json.writeStartObject();
                        json.writeStringField("name", finding.check());
                        json.writeStringField("result", result.word().toLowerCase(Locale.ROOT));
                        json.writeStringField("evidence", result.evidence());
                        json.writeStringField("fix", result.fix().isEmpty() ? null : result.fix());
                        json.writeEndObject();
                    }
                    json.writeEndArray();
                });
    }
}
