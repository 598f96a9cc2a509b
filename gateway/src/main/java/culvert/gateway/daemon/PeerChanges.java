package culvert.gateway.daemon;

import culvert.bgp.BgpInput;
import culvert.bgp.BgpPeerSettings;
import culvert.bgp.message.Cease;
import culvert.config.GatewayConfig;
import culvert.gateway.bgp.BgpDriver;
import culvert.gateway.bgp.BgpPlan;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/** Leads the BGP speaker from one list of peers to another; sessions that may stay, stay. */
final class PeerChanges {
    private final BgpDriver driver;
    private final Consumer<BgpPeerSettings> tell;
    private final Consumer<String> enableIfAlive;

    /**
     * @param tell gives the speaker a peer's settings
     * @param enableIfAlive starts the session with a peer that can be reached
     */
    PeerChanges(BgpDriver driver, Consumer<BgpPeerSettings> tell, Consumer<String> enableIfAlive) {
        this.driver = driver;
        this.tell = tell;
        this.enableIfAlive = enableIfAlive;
    }

    /**
     * @param outside the outside addresses of a tunnel's peer, as far as they are known
     */
    void make(
            List<BgpPlan.Peer> before,
            List<BgpPlan.Peer> after,
            GatewayConfig config,
            Function<String, Set<InetAddress>> outside) {
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
        driver.deliver(
                new BgpInput.ProtectedPrefixesChanged(BgpPlan.protectedPrefixes(config, outside)));
        for (BgpPlan.Peer peer : after) {
            BgpPlan.Peer former = known.get(peer.name());
            if (former == null) {
                driver.open(peer.link());
                tell.accept(peer.settings());
                enableIfAlive.accept(peer.name());
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
        tell.accept(after.settings());
        if (elsewhere) {
            enableIfAlive.accept(after.name());
        }
    }
}
