package culvert.gateway.doctor;

import java.util.List;

/** One possible cause of trouble. */
interface Check {
    /** Stable, in small letters; part of the operator's surface. */
    String name();

    /** Checks that must not have failed, because this one would only repeat their trouble. */
    default List<String> needs() {
        return List.of();
    }

    Result examine(Patient patient);
}
