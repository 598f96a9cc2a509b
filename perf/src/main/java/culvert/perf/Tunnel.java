package culvert.perf;

import culvert.lab.LabProcess;

/** A contender at work: the process at each end of its tunnel. */
record Tunnel(LabProcess gateway, LabProcess endpoint) implements AutoCloseable {
    @Override
    public void close() {
        gateway.kill();
        endpoint.kill();
    }
}
