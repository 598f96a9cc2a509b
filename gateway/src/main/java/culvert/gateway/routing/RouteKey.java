package culvert.gateway.routing;

import culvert.model.IpPrefix;

/** What the kernel tells routes of one table apart by. */
record RouteKey(IpPrefix prefix, int metric) {}
