package culvert.gateway.daemon;

import culvert.bgp.BgpInput;
import culvert.bgp.message.Cease;
import culvert.config.GatewayConfig;
import culvert.gateway.bgp.BgpDriver;
import culvert.gateway.bgp.BgpPlan;
import culvert.gateway.routing.Failover;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Leads the BGP speaker from one list of peers to another; sessions that may stay, stay. */
final class PeerChanges {
    private final BgpDriver driver;
    private final Failover failover;

    PeerChanges(BgpDriver driver, Failover failover) {
        this.driver = driver;
        this.failover = failover;
    }

    void make(List<BgpPlan.Peer> before, List<BgpPlan.Peer> after, GatewayConfig config) {
        Map<String, BgpPlan.Peer> gone = new HashMap<>();
        before.forEach(peer -> gone.put(peer.name(), peer));
        after.forEach(peer -> gone.remove(peer.name()));
        gone.forEach(
                (name, peer) -> {
                    driver.deliver(new BgpInput.PeerRemoved(name));
                    driver.forget(name);
                });
        Map<String, BgpPlan.Peer> known = new HashMap<>();
        before.forEach(peer -> known.put(peer.name(), peer));
        driver.deliver(new BgpInput.ProtectedPrefixesChanged(BgpPlan.protectedPrefixes(config)));
        for (BgpPlan.Peer peer : after) {
            BgpPlan.Peer former = known.get(peer.name());
            if (former == null) {
                driver.open(peer.link());
                driver.deliver(new BgpInput.PeerConfigured(peer.settings()));
                enableIfAlive(peer);
            } else {
                change(former, peer);
            }
        }
        driver.deliver(new BgpInput.OriginateChanged(config.site().advertise()));
    }

    private void change(BgpPlan.Peer before, BgpPlan.Peer after) {
        boolean elsewhere = !before.link().equals(after.link());
        if (elsewhere) {
            // Another key, or another address: TCP connections cannot change either.
            driver.deliver(
                    new BgpInput.PeerDisabled(
                            after.name(),
                            Cease.CONFIGURATION_CHANGE,
                            "another address or another MD5 key"));
            driver.open(after.link());
        } else {
            driver.renew(after.link());
        }
        driver.deliver(new BgpInput.PeerConfigured(after.settings()));
        if (elsewhere) {
            enableIfAlive(after);
        }
    }

    private void enableIfAlive(BgpPlan.Peer peer) {
        if (failover.isAlive(peer.name())) {
            driver.deliver(new BgpInput.PeerEnabled(peer.name()));
        }
    }
}
