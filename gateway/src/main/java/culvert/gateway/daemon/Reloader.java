package culvert.gateway.daemon;

import culvert.config.ConfigChange;
import culvert.config.ConfigDiff;
import culvert.config.ConfigProblem;
import culvert.config.ConfigResult;
import culvert.config.GatewayConfig;
import culvert.gateway.control.ControlReply;
import culvert.gateway.control.ExitCode;
import culvert.gateway.daemon.ConfigState.Result;
import culvert.gateway.log.LogKey;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the configuration again and has it take effect: one reload after the other, on a thread of
 * its own, so that a slow disk holds up nothing else. A reload that fails leaves everything as it
 * was, and says so: to who asked, in the log, in the status and in the metrics.
 *
 * <p>A reload on trial is undone when nobody confirms it in time, for people who change the gateway
 * that they are connected through. Nothing else is reloaded until that is decided.
 */
final class Reloader implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Reloader.class);

    /** More of them at once is a mistake of a script, and each would find the same file. */
    private static final int MOST_WAITING = 8;

    /** What ran before, until the trial is over. */
    private record Trial(LoadedConfig before, long deadlineNanos) {}

    private final ConfigSource source;
    private final ConfigSwitch configSwitch;
    private final SystemdNotify systemd;
    private final Tallies tallies;
    private final ThreadPoolExecutor thread =
            new ThreadPoolExecutor(
                    1,
                    1,
                    0,
                    TimeUnit.SECONDS,
                    new ArrayBlockingQueue<>(MOST_WAITING),
                    work -> Thread.ofPlatform().name("reload").daemon(true).unstarted(work));
    private final ScheduledThreadPoolExecutor clock =
            new ScheduledThreadPoolExecutor(
                    1, work -> Thread.ofPlatform().name("trial").daemon(true).unstarted(work));
    private final Runnable onFault;
    private LoadedConfig running;
    private Optional<Trial> trial = Optional.empty();
    private volatile Outcome last = new Outcome(Result.NONE, 0, Optional.empty());
    private volatile OptionalLong rollbackAtNanos = OptionalLong.empty();

    private record Outcome(Result result, long atNanos, Optional<String> message) {}

    /**
     * @param running the configuration of the start
     * @param onFault runs when a change failed half way, so that neither configuration runs
     */
    Reloader(
            ConfigSource source,
            LoadedConfig running,
            ConfigSwitch configSwitch,
            SystemdNotify systemd,
            Tallies tallies,
            Runnable onFault) {
        this.source = source;
        this.running = running;
        this.configSwitch = configSwitch;
        this.systemd = systemd;
        this.tallies = tallies;
        this.onFault = onFault;
    }

    // ---- what may be asked, on any thread ----

    CompletionStage<ControlReply> reload() {
        return submit(() -> reload(Optional.empty()));
    }

    /** Undone after this time unless {@link #confirm} comes. */
    CompletionStage<ControlReply> tryOut(Duration time) {
        return submit(() -> reload(Optional.of(time)));
    }

    /** Only says what a reload would change. */
    CompletionStage<ControlReply> dryRun() {
        return submit(this::describe);
    }

    CompletionStage<ControlReply> confirm() {
        return submit(this::keep);
    }

    ConfigState state() {
        Outcome outcome = last;
        long nowNanos = System.nanoTime();
        OptionalLong rollback = rollbackAtNanos;
        return new ConfigState(
                source.file(),
                outcome.result,
                outcome.result == Result.NONE
                        ? OptionalLong.empty()
                        : OptionalLong.of(
                                TimeUnit.NANOSECONDS.toSeconds(nowNanos - outcome.atNanos)),
                outcome.message,
                rollback.isPresent()
                        ? OptionalLong.of(
                                Math.max(
                                        0,
                                        TimeUnit.NANOSECONDS.toSeconds(
                                                rollback.getAsLong() - nowNanos)))
                        : OptionalLong.empty());
    }

    private CompletionStage<ControlReply> submit(Supplier<ControlReply> work) {
        CompletableFuture<ControlReply> reply = new CompletableFuture<>();
        try {
            thread.execute(() -> answer(work, reply));
        } catch (RejectedExecutionException e) {
            log.atWarn()
                    .addKeyValue(LogKey.EVENT, "reload")
                    .log("not done: too many reloads are under way, or the daemon ends");
            reply.complete(
                    ControlReply.failure("too many reloads are under way, or the daemon ends"));
        }
        return reply;
    }

    private void answer(Supplier<ControlReply> work, CompletableFuture<ControlReply> reply) {
        try {
            reply.complete(work.get());
        } catch (RuntimeException fault) {
            log.error("a fault in Culvert ended a reload", fault);
            reply.complete(
                    ControlReply.failure("a fault in Culvert ended the reload, see its log"));
            onFault.run();
        }
    }

    // ---- on the thread "reload" ----

    private ControlReply describe() {
        return switch (source.load()) {
            case ConfigResult.Invalid(var problems) -> invalid(problems);
            case ConfigResult.Valid(var config, var warnings) -> {
                try (Loaded next = new Loaded(config)) {
                    ConfigDiff diff = running.diffTo(next.config());
                    yield new ControlReply(
                            ExitCode.OK,
                            diff.isEmpty()
                                    ? "nothing would change\n"
                                    : lines(diff) + "nothing was changed: this is a dry run\n");
                }
            }
        };
    }

    /** Closed unless it was taken into use. */
    private static final class Loaded implements AutoCloseable {
        private final LoadedConfig config;
        private boolean used;

        Loaded(GatewayConfig config) {
            this.config = LoadedConfig.of(config);
        }

        LoadedConfig config() {
            return config;
        }

        LoadedConfig use() {
            used = true;
            return config;
        }

        @Override
        public void close() {
            if (!used) {
                config.wipe();
            }
        }
    }

    private ControlReply reload(Optional<Duration> time) {
        if (trial.isPresent()) {
            String words =
                    "a change is on trial for another %d s: 'culvert reload --confirmed' keeps it"
                            .formatted(state().rollbackSeconds().orElse(0));
            log.atWarn().addKeyValue(LogKey.EVENT, "reload").log("not done: {}", words);
            return ControlReply.failure(words);
        }
        systemd.tell(SystemdNotify.RELOADING.formatted(System.nanoTime() / 1000));
        try {
            return switch (source.load()) {
                case ConfigResult.Invalid(var problems) -> {
                    failed(problems.getFirst().toString());
                    yield invalid(problems);
                }
                case ConfigResult.Valid(var config, var warnings) -> apply(config, warnings, time);
            };
        } finally {
            systemd.tell(SystemdNotify.READY);
        }
    }

    private ControlReply apply(
            GatewayConfig config, List<ConfigProblem> warnings, Optional<Duration> time) {
        try (Loaded next = new Loaded(config)) {
            ConfigDiff diff = running.diffTo(next.config());
            List<ConfigChange> fixed = diff.needingRestart();
            if (!fixed.isEmpty()) {
                String keys =
                        fixed.stream().map(ConfigChange::key).collect(Collectors.joining(", "));
                String words = "nothing was changed: restart Culvert to change " + keys;
                failed(words);
                return new ControlReply(ExitCode.FAILURE, lines(diff) + words + "\n");
            }
            LoadedConfig before = running;
            configSwitch.make(before, next.config(), diff);
            running = next.use();
            succeeded(diff);
            time.ifPresentOrElse(t -> begin(new Trial(before, nanosAfter(t)), t), before::wipe);
            String end =
                    time.isPresent()
                            ? "on trial: undone unless 'culvert reload --confirmed' comes in time\n"
                            : "";
            return new ControlReply(
                    ExitCode.OK, text(warnings) + lines(diff) + summary(diff) + "\n" + end);
        } catch (IOException | IllegalStateException e) {
            failed(String.valueOf(e.getMessage()));
            return ControlReply.failure("nothing was changed: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ControlReply.failure("the daemon ends");
        }
    }

    private static long nanosAfter(Duration time) {
        return System.nanoTime() + time.toNanos();
    }

    private void begin(Trial next, Duration time) {
        trial = Optional.of(next);
        rollbackAtNanos = OptionalLong.of(next.deadlineNanos);
        clock.schedule(
                () -> thread.execute(() -> rollBack(next)), time.toNanos(), TimeUnit.NANOSECONDS);
    }

    private ControlReply keep() {
        if (trial.isEmpty()) {
            return ControlReply.failure("no change is on trial");
        }
        trial.get().before.wipe();
        endTrial();
        log.atInfo().addKeyValue(LogKey.EVENT, "reload").log("the change on trial is confirmed");
        return new ControlReply(ExitCode.OK, "confirmed\n");
    }

    private void endTrial() {
        trial = Optional.empty();
        rollbackAtNanos = OptionalLong.empty();
    }

    private void rollBack(Trial expired) {
        if (trial.filter(expired::equals).isEmpty()) {
            return; // confirmed meanwhile
        }
        LoadedConfig undone = running;
        try {
            configSwitch.make(undone, expired.before, undone.diffTo(expired.before));
            running = expired.before;
            endTrial();
            undone.wipe();
            over(Result.ROLLED_BACK, Optional.of("nobody confirmed the change in time"));
        } catch (IOException e) {
            log.error("the change on trial could not be undone, and stays: {}", e.getMessage());
            expired.before.wipe();
            endTrial();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException fault) {
            log.error("a fault in Culvert ended a rollback", fault);
            onFault.run();
        }
    }

    // ---- what is said ----

    private ControlReply invalid(List<ConfigProblem> problems) {
        return new ControlReply(ExitCode.CONFIG_INVALID, text(problems));
    }

    private static String text(List<ConfigProblem> problems) {
        return problems.stream().map(problem -> problem + "\n").collect(Collectors.joining());
    }

    private static String lines(ConfigDiff diff) {
        return diff.changes().stream().map(change -> change + "\n").collect(Collectors.joining());
    }

    private static String summary(ConfigDiff diff) {
        int changes = diff.changes().size();
        return changes == 0
                ? "reloaded: nothing has changed"
                : "reloaded: %d %s".formatted(changes, changes == 1 ? "change" : "changes");
    }

    private void succeeded(ConfigDiff diff) {
        diff.changes()
                .forEach(c -> log.atInfo().addKeyValue(LogKey.EVENT, "reload-change").log("{}", c));
        over(Result.OK, Optional.empty());
        log.atInfo().addKeyValue(LogKey.EVENT, "reload").log("{}", summary(diff));
    }

    private void failed(String why) {
        over(Result.FAILED, Optional.of(why));
    }

    private void over(Result result, Optional<String> message) {
        last = new Outcome(result, System.nanoTime(), message);
        tallies.reloaded(result == Result.OK);
        if (result != Result.OK) {
            log.atError()
                    .addKeyValue(LogKey.EVENT, "reload-" + result.word())
                    .addKeyValue(LogKey.REASON, message.orElse(""))
                    .log("{} runs unchanged", source.file());
        }
    }

    /** What runs, for the end: nothing is reloaded any more. */
    @Override
    public void close() {
        clock.shutdownNow();
        thread.shutdownNow();
        try {
            if (thread.awaitTermination(2, TimeUnit.SECONDS)) {
                trial.ifPresent(t -> t.before.wipe());
                running.wipe();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
