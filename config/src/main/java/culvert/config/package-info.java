/**
 * From the text of the configuration file to checked records.
 *
 * <p>The way through: {@link culvert.config.ConfigLoader} reads the octets, {@code YamlReader}
 * makes a tree that knows its positions, {@link culvert.config.ConfigKeys} says which keys there
 * are and {@code Fields} holds the tree against it, the {@code *Checks} compare values with each
 * other, and {@code Assembly} builds {@link culvert.config.GatewayConfig} once nothing is wrong any
 * more.
 */
package culvert.config;
