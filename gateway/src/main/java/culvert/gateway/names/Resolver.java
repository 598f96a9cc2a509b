package culvert.gateway.names;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Where names lead: the system's own in the daemon, which may block for as long as it likes. */
interface Resolver {
    InetAddress[] addresses(String name) throws UnknownHostException;
}
