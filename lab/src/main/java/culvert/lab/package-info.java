/**
 * A stand-in for AWS in network namespaces of this machine.
 *
 * <p>{@link culvert.lab.Topology} builds the wires and namespaces, {@link
 * culvert.lab.StrongSwanEndpoint} and {@link culvert.lab.CulvertProcess} are the gateways that run
 * in them, {@link culvert.lab.Probes} measures what the hosts behind the gateways see. Nothing here
 * leaves the namespaces: no interface of the machine itself is touched.
 */
package culvert.lab;
