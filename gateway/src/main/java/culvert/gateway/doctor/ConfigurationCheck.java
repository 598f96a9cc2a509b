package culvert.gateway.doctor;

import culvert.config.ConfigProblem;
import culvert.config.ConfigResult;
import java.util.List;

/** Is there a file, and may the gateway use it? */
final class ConfigurationCheck implements Check {
    @Override
    public String name() {
        return "configuration";
    }

    @Override
    public Result examine(Patient patient) {
        return switch (patient.configuration()) {
            case ConfigResult.Invalid(List<ConfigProblem> problems) -> {
                List<ConfigProblem> errors =
                        problems.stream().filter(ConfigProblem::isError).toList();
                // The daemon may be another user than the one who asks.
                if (errors.stream().allMatch(e -> e.what().contains("permission denied"))) {
                    yield new Result.Unknown(errors.getFirst().what() + ": run doctor as root");
                }
                String more = errors.size() > 1 ? ", and %d more".formatted(errors.size() - 1) : "";
                yield new Result.Fail(
                        errors.getFirst() + more,
                        "correct the file; 'culvert check -c " + patient.file() + "' lists all");
            }
            case ConfigResult.Valid(var config, List<ConfigProblem> warnings) ->
                    warnings.isEmpty()
                            ? new Result.Pass(
                                    "%s: %d tunnels"
                                            .formatted(patient.file(), config.tunnels().size()))
                            : new Result.Warn(
                                    warnings.getFirst()
                                            + (warnings.size() > 1
                                                    ? ", and %d more".formatted(warnings.size() - 1)
                                                    : ""),
                                    "'culvert check -c "
                                            + patient.file()
                                            + "' lists every warning with its hint");
        };
    }
}
