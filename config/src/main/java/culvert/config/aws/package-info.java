/**
 * What AWS hands out for a VPN connection, made into a configuration file and key files.
 *
 * <p>{@link culvert.config.aws.AwsImport} reads a document, {@link
 * culvert.config.aws.ImportedFiles} are what comes of it. Values that no document holds become
 * {@link culvert.config.Placeholder}s, which the check of a configuration reports.
 */
package culvert.config.aws;
