package culvert.gateway.doctor;

/** What a check of this name found. */
public record Finding(String check, Result result) {}
