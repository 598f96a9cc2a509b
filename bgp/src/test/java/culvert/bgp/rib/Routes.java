package culvert.bgp.rib;

import culvert.bgp.message.AsPath;
import culvert.bgp.message.PathAttribute;
import culvert.bgp.message.PathAttribute.Origin;
import culvert.bgp.message.PathAttribute.OriginCode;
import culvert.bgp.message.PathAttribute.Path;
import culvert.bgp.message.PathAttributes;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Routes and peers for tests. */
final class Routes {
    static final int LOCAL_AS = 65000;
    static final int LOCAL_ID = 0xC0A80A01;
    static final RouteSource LOCAL = RouteSource.local(LOCAL_AS, LOCAL_ID);

    private Routes() {}

    static RouteSource tunnel(String name, int identifier, String address) {
        return new RouteSource(
                name, PeerKind.TUNNEL, 64512, true, identifier, InetAddress.ofLiteral(address));
    }

    static RouteSource internal(String name, int identifier, String address) {
        return new RouteSource(
                name, PeerKind.LAN, LOCAL_AS, false, identifier, InetAddress.ofLiteral(address));
    }

    static PathAttributes attributes(AsPath path, PathAttribute... more) {
        List<PathAttribute> all = new ArrayList<>(Arrays.asList(more));
        all.add(new Path(path));
        if (all.stream().noneMatch(Origin.class::isInstance)) {
            all.add(new Origin(OriginCode.IGP));
        }
        return PathAttributes.of(all);
    }
}
