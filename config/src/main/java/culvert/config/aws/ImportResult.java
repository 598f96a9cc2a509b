package culvert.config.aws;

/** What became of a document. */
public sealed interface ImportResult {

    /** Nothing is written yet. */
    record Imported(ImportedFiles files) implements ImportResult {}

    /**
     * The document cannot be used.
     *
     * @param sentence with the file's name in front and a hint in parentheses
     */
    record Refused(String sentence) implements ImportResult {}
}
