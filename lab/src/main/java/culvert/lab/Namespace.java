package culvert.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One network namespace of a {@link Topology}: a host, a gateway or a piece of the network. */
public final class Namespace {
    private static final Pattern ANSWERS = Pattern.compile("(\\d+) received");
    private static final Pattern AVERAGE_MILLIS = Pattern.compile("= [\\d.]+/([\\d.]+)/");

    private final String role;
    private final String name;
    private final Path logDirectory;
    private final AtomicInteger processes = new AtomicInteger();

    Namespace(String role, String name, Path logDirectory) {
        this.role = role;
        this.name = name;
        this.logDirectory = logDirectory;
    }

    /**
     * What it stands for: {@code lan}, {@code gw}, {@code inet}, {@code aws1}, {@code aws2}, {@code
     * vpc}.
     */
    public String role() {
        return role;
    }

    /** The name that {@code ip netns} knows. */
    public String name() {
        return name;
    }

    /**
     * Runs a command inside to its end and gives its stdout.
     *
     * @param line words separated by single spaces, without quotes
     * @param more words that may contain spaces
     * @throws LabException with the command and its stderr when it exits with anything but 0
     */
    public String exec(String line, String... more) {
        return Command.require(inside(Command.words(line, more)), "", Command.TIME_LIMIT);
    }

    /** Runs a command inside to its end, whatever the exit code. */
    public CommandResult attempt(String line, String... more) {
        return attempt(Command.words(line, more), Command.TIME_LIMIT);
    }

    public CommandResult attempt(List<String> command, Duration limit) {
        return Command.attempt(inside(command), "", limit);
    }

    /**
     * Runs {@code ip} commands inside, given without the leading {@code ip}; stops at the first
     * that fails.
     */
    public void ip(String... commands) {
        Command.require(
                List.of("ip", "-n", name, "-batch", "-"),
                String.join("\n", commands) + "\n",
                Command.TIME_LIMIT);
    }

    /** Starts a process inside; its log file is named after the process. */
    public LabProcess start(
            String processName, List<String> command, Map<String, String> environment) {
        String file = role + "-" + processName + "-" + processes.incrementAndGet() + ".log";
        try {
            Files.createDirectories(logDirectory);
        } catch (IOException e) {
            throw new LabException("cannot create " + logDirectory + ": " + e.getMessage(), e);
        }
        return LabProcess.start(
                processName + " in " + role,
                inside(command),
                environment,
                logDirectory.resolve(file));
    }

    public LabProcess start(String processName, String line, String... more) {
        return start(processName, Command.words(line, more), Map.of());
    }

    /**
     * Sets a sysctl inside, e.g. {@code net.ipv4.ip_forward}; the name's parts contain no dots
     * themselves.
     */
    public void sysctl(String key, int value) {
        exec("sh -c", "echo " + value + " > /proc/sys/" + key.replace('.', '/'));
    }

    /**
     * True when at least one of {@code count} ICMP echo requests, 50 ms apart, is answered; false
     * also without a route.
     */
    public boolean reaches(String address, int count) {
        CommandResult result = attempt("ping -n -q -i 0.05 -W 1 -c " + count + " " + address);
        if (result.stderr().contains("exec of")) {
            throw new LabException("cannot run ping: " + result.stderr().strip());
        }
        return result.succeeded();
    }

    /**
     * Sends ICMP echo requests 50 ms apart with the system's {@code ping}, from the given source
     * address if {@code options} has {@code -I}.
     */
    public PingResult ping(String address, int count, String... options) {
        var command = new ArrayList<>(List.of("ping", "-n", "-i", "0.05", "-W", "1"));
        command.addAll(List.of("-c", Integer.toString(count)));
        command.addAll(List.of(options));
        command.add(address);
        CommandResult result = attempt(command, Duration.ofMillis(50L * count).plusSeconds(10));
        Matcher answers = ANSWERS.matcher(result.stdout());
        if (!answers.find()) {
            // Not silence but no ping at all: no route, bad option.
            throw new LabException(
                    "ping "
                            + address
                            + " in "
                            + role
                            + ": "
                            + (result.stdout() + result.stderr()).strip());
        }
        Matcher average = AVERAGE_MILLIS.matcher(result.stdout());
        return new PingResult(
                count,
                Integer.parseInt(answers.group(1)),
                average.find()
                        ? OptionalDouble.of(Double.parseDouble(average.group(1)))
                        : OptionalDouble.empty());
    }

    /** Requests sent, requests answered, mean round trip when any was answered. */
    public record PingResult(int requests, int answers, OptionalDouble averageMillis) {
        public boolean complete() {
            return answers == requests;
        }
    }

    /** An interface inside. */
    public Link link(String interfaceName) {
        return new Link(this, interfaceName);
    }

    private List<String> inside(List<String> command) {
        var line = new ArrayList<>(List.of("ip", "netns", "exec", name));
        line.addAll(command);
        return line;
    }

    @Override
    public String toString() {
        return name;
    }
}
