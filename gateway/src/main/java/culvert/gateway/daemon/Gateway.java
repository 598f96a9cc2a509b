package culvert.gateway.daemon;

import culvert.bgp.message.Cease;
import culvert.config.GatewayConfig;
import culvert.config.TunnelConfig;
import culvert.esp.CryptoBackend;
import culvert.esp.Warmup;
import culvert.gateway.control.ControlServer;
import culvert.gateway.log.LineSink;
import culvert.gateway.log.LogOutput;
import culvert.ike.IkeEndpoint;
import culvert.ike.IkeInput;
import culvert.ike.IkeTunnelSettings;
import culvert.tunio.Rtnetlink;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.security.Security;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The daemon: made from a configuration, started, ended by SIGTERM.
 *
 * <p>Start order: kernel prerequisites, ports, tunnels (device, socket, packet threads), routes,
 * control socket, then IKE. The end is the reverse, after the DELETEs have had a moment to leave.
 */
public final class Gateway {
    private static final Logger log = LoggerFactory.getLogger(Gateway.class);

    private static final long PATH_INTERVAL_MILLIS = 200;

    private static final long WARM_UP_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private GatewayConfig config;
    private final EventLoopGroup loopGroup =
            new MultiThreadIoEventLoopGroup(
                    1, new DefaultThreadFactory("control"), EpollIoHandler.newFactory());
    private final EventLoop loop = loopGroup.next();
    private final Rtnetlink netlink = Rtnetlink.open();
    private final Map<String, Tunnel> tunnels = new LinkedHashMap<>();
    private final Map<Integer, IkeListener> listeners = new LinkedHashMap<>();
    private volatile boolean running;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final SystemdNotify systemd = new SystemdNotify(loopGroup, System.getenv());
    private final CryptoBackend crypto = selectCrypto();
    private final IkeEndpoint endpoint;
    private final IkeDriver driver;
    private final TrafficRouting routing;
    private final ControlServer control;
    private final Tallies tallies = new Tallies();
    private final TunnelSet tunnelSet;
    private final MetricsEndpoint metrics =
            new MetricsEndpoint(loopGroup, new HttpDesk(this::observation)::answer);
    private final Departure departure;
    private final Reloader reloader;
    private final Reports reports;
    private volatile int exitCode;

    private Gateway(ConfigSource source, GatewayConfig config, Optional<KeyExportOrder> keyExport) {
        this.config = config;
        KernelPrerequisites.require();
        KeyFiles keyFiles = new KeyFiles(keyExport, loop, tallies::keysExported);
        List<IkeTunnelSettings> settings =
                config.tunnels().stream().map(TunnelConfig::ike).toList();
        this.endpoint = new IkeEndpoint(settings, new SecureRandom());
        this.driver =
                new IkeDriver(
                        loop,
                        endpoint,
                        tunnels,
                        listeners,
                        keyFiles,
                        tallies,
                        this::ikeChanged,
                        this::peersMoved);
        this.tunnelSet = new TunnelSet(loop, driver, netlink, crypto, tunnels);
        try {
            LoadedConfig loaded = LoadedConfig.of(config);
            openListeners();
            tunnelSet.openAll(config);
            this.routing =
                    new TrafficRouting(loaded, netlink, loop, tunnels, endpoint, driver::deliver);
            routing.open();
            metrics.moveTo(config.metrics());
            this.departure = new Departure(loop, endpoint, routing);
            this.reloader =
                    new Reloader(
                            source,
                            loaded,
                            new ConfigSwitch(
                                    loop,
                                    tunnelSet,
                                    endpoint,
                                    driver,
                                    routing,
                                    metrics,
                                    departure,
                                    new Switched()),
                            systemd,
                            tallies,
                            this::endInFault);
            this.reports =
                    new Reports(
                            () -> this.config,
                            tunnels,
                            tunnelSet,
                            endpoint,
                            driver,
                            routing,
                            tallies,
                            this::strayDatagrams,
                            reloader::state);
            this.control =
                    new ControlServer(
                            config.controlSocket(),
                            loopGroup,
                            new ControlDesk(loop, driver, tunnels, reports, routing, reloader)
                                    ::answer);
        } catch (IOException | IllegalStateException e) {
            closeAll();
            throw new StartupException(String.valueOf(e.getMessage()), e);
        } catch (RuntimeException e) {
            closeAll();
            throw e;
        }
    }

    /**
     * Starts the daemon; SIGTERM and SIGINT end it.
     *
     * @param source where the configuration came from, for reloads
     * @param keyExport for debugging only
     * @throws StartupException when a port, a device or a right is missing
     */
    public static Gateway start(
            ConfigSource source, GatewayConfig config, Optional<KeyExportOrder> keyExport) {
        initializeSecurityProperties();
        Gateway gateway = new Gateway(source, config, keyExport);
        Runtime.getRuntime().addShutdownHook(new Thread(gateway::endProcess, "shutdown"));
        gateway.begin();
        return gateway;
    }

    /**
     * The JDK finds its logger at the first use. Its signal handler uses it, and so does its
     * verifier of signed jars, Bouncy Castle's for one, under the lock of the jar: when both came
     * first they waited for each other, and a SIGTERM in the first second was never obeyed. Setting
     * a security property, any, makes the JDK find its logger now, while no jar is locked.
     *
     * <p>Those that are set keep the JDK from remembering what names lead to: how long that holds
     * is the resolver's business, and a peer that has moved is looked for at once.
     */
    private static void initializeSecurityProperties() {
        Security.setProperty("networkaddress.cache.ttl", "0");
        Security.setProperty("networkaddress.cache.negative.ttl", "0");
    }

    /** Prints CloudWatch's metrics of every tunnel from now on, once a minute. */
    public void printCloudWatchMetrics(LineSink out) {
        EmbeddedMetrics metrics = new EmbeddedMetrics();
        loop.scheduleAtFixedRate(
                () -> out.offer(metrics.write(observation(), System.currentTimeMillis())),
                0,
                EmbeddedMetrics.INTERVAL_SECONDS,
                TimeUnit.SECONDS);
    }

    /** Blocks until the daemon has ended. */
    public void awaitEnd() throws InterruptedException {
        ended.await();
    }

    private void begin() {
        warmUp();
        tunnels.values().forEach(Tunnel::start);
        running = true;
        loop.execute(routing::start);
        loop.execute(() -> tunnels.keySet().forEach(n -> driver.deliver(new IkeInput.TunnelUp(n))));
        TrafficWatch.start(loop, driver, tunnels.values());
        loop.scheduleWithFixedDelay(
                () -> {
                    tallies.observePackets(tunnels.values());
                    tallies.sampleRates(tunnels.values());
                },
                1,
                1,
                TimeUnit.SECONDS);
        loop.scheduleWithFixedDelay(
                () -> tunnels.values().forEach(Tunnel::tick),
                PATH_INTERVAL_MILLIS,
                PATH_INTERVAL_MILLIS,
                TimeUnit.MILLISECONDS);
        HangUp.handle(reloader::reload);
        systemd.tell(SystemdNotify.READY);
        Watchdog.start(
                loop,
                systemd,
                () -> StatusText.lasting(reports.status()),
                this::silentPacketThreads);
        log.info(
                "site {}: running with {} tunnels, control socket {}",
                config.site().name(),
                tunnels.size(),
                config.controlSocket());
    }

    /** Compiles the packet paths on synthetic packets while IKE still negotiates. */
    private void warmUp() {
        Thread.ofPlatform()
                .name("warm-up")
                .daemon(true)
                .start(() -> Warmup.run(crypto, WARM_UP_NANOS));
    }

    private static CryptoBackend selectCrypto() {
        CryptoBackend.Selection selection = CryptoBackend.select();
        log.info("packets are sealed by {}: {}", selection.backend(), selection.why());
        return selection.backend();
    }

    private void openListeners() {
        for (int port : new int[] {IkeListener.IKE_PORT, IkeListener.NAT_TRAVERSAL_PORT}) {
            InetSocketAddress local = new InetSocketAddress(config.site().outsideAddress(), port);
            listeners.put(
                    port,
                    new IkeListener(
                            loopGroup,
                            local,
                            (to, from, message) ->
                                    driver.deliver(
                                            new IkeInput.DatagramReceived(to, from, message))));
        }
    }

    /** While a configuration takes the place of another, nobody looks at the tunnels. */
    private final class Switched implements ConfigSwitch.Daemon {
        @Override
        public void before() {
            running = false;
        }

        @Override
        public void after(GatewayConfig changed) {
            config = changed;
            running = true;
        }
    }

    private void endInFault() {
        exitCode = 1;
        Thread.ofPlatform().name("end").start(() -> System.exit(1));
    }

    private void ikeChanged() {
        if (running) {
            routing.ikeChanged();
        }
    }

    private void peersMoved() {
        if (running) {
            routing.peersMoved();
        }
    }

    private Observation observation() {
        return reports.observe();
    }

    private long strayDatagrams() {
        return listeners.values().stream().mapToLong(IkeListener::notIke).sum();
    }

    private List<String> silentPacketThreads() {
        return tunnels.values().stream()
                .flatMap(tunnel -> tunnel.dataplane().silentThreads().stream())
                .toList();
    }

    /**
     * The shutdown hook. It ends with halt(0): a JVM that a signal ends would exit with 128 plus
     * the signal's number, and an orderly end is a success.
     */
    private void endProcess() {
        systemd.tell(SystemdNotify.STOPPING);
        reloader.close();
        try {
            departure.of(
                    Set.copyOf(tunnels.keySet()),
                    Cease.ADMINISTRATIVE_SHUTDOWN,
                    "Culvert shuts down",
                    () -> {
                        routing.sayGoodbyeToNeighbors("Culvert shuts down");
                        driver.deliver(new IkeInput.ShutdownRequested());
                    });
            loop.submit(routing::removeAll).await();
            loop.submit(routing::close).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        control.close();
        metrics.close();
        closeAll();
        log.info("site {}: ended", config.site().name());
        LogOutput.drain();
        ended.countDown();
        Runtime.getRuntime().halt(exitCode);
    }

    /** The control loop ends first: after it nobody sends commands to a tunnel. */
    private void closeAll() {
        listeners.values().forEach(IkeListener::close);
        loopGroup.shutdownGracefully(0, 500, TimeUnit.MILLISECONDS).awaitUninterruptibly(1000);
        tunnels.values().forEach(Tunnel::close);
        netlink.close();
    }
}
