package culvert.gateway.cli;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Writes culvert(8) from the command line's own description, in the language of man(7). */
final class ManualPage {
    private static final String HEAD =
            """
            .\\" Generated from the command line; do not edit.
            .TH CULVERT 8 "" "Culvert" "System administration"
            .SH NAME
            culvert \\- site-to-site IPsec gateway
            .SH SYNOPSIS
            .B culvert
            .I command
            .RI [ options ]
            .SH DESCRIPTION
            Culvert keeps IKEv2 tunnels to AWS Site-to-Site VPN, or to any other IKEv2 peer, and moves their
            packets in user space between a TUN device per tunnel and UDP 4500.
            .PP
            As a service it is started by
            .BR "systemctl enable \\-\\-now culvert" .
            What runs answers
            .BR "culvert status" ;
            why it does not,
            .BR "culvert doctor" .
            .SH COMMANDS
            """;

    private static final String TAIL =
            """
            .SH EXIT STATUS
            .nf
            0  ok
            1  failure
            2  usage
            3  the daemon does not run
            4  degraded: some tunnel is not up
            5  down: no tunnel is up
            6  not permitted
            7  the configuration is invalid
            8  the time ran out
            .fi
            .SH FILES
            .TP
            .I /etc/culvert/culvert.yaml
            The configuration. An example is in
            .IR /usr/share/doc/culvert/examples .
            .TP
            .I /etc/culvert/secrets/
            Pre-shared keys, each in a file of mode 0600 that belongs to the user
            .BR culvert ,
            or to root when systemd hands them over as credentials.
            .TP
            .I /run/culvert/control.sock
            The control socket: root and the group
            .B culvert
            may use it.
            .TP
            .I /usr/lib/sysctl.d/90-culvert.conf
            Forwarding and reverse path filtering.
            .SH ENVIRONMENT
            .TP
            .B CULVERT_CONTROL
            Another control socket.
            .TP
            .B NO_COLOR
            When it is set and not empty, terminals are not painted.
            .TP
            .B JAVA_HOME
            The JDK 25 to run on.
            .SH SIGNALS
            SIGTERM and SIGINT end the daemon in order: peers are told, routes are withdrawn.
            .SH SEE ALSO
            .BR systemctl (1),
            .BR journalctl (1),
            .BR ip-route (8)
            """;

    private final StringBuilder out = new StringBuilder(HEAD);

    private ManualPage() {}

    /** The whole page. */
    static String write(CommandLine commandLine) {
        ManualPage page = new ManualPage();
        commandLine
                .getSubcommands()
                .values()
                .forEach(command -> page.command(command.getCommandSpec(), "culvert "));
        return page.out.append(TAIL).toString();
    }

    private void command(CommandSpec spec, String before) {
        String name = before + spec.name();
        if (!spec.subcommands().isEmpty()) {
            spec.subcommands()
                    .values()
                    .forEach(command -> command(command.getCommandSpec(), name + " "));
            return;
        }
        out.append(".SS ").append(escape(name));
        for (PositionalParamSpec parameter : spec.positionalParameters()) {
            out.append(' ').append(escape(parameter.paramLabel()));
        }
        out.append('\n');
        paragraphs(spec.usageMessage().description());
        for (PositionalParamSpec parameter : spec.positionalParameters()) {
            out.append(".TP\n.I ").append(escape(parameter.paramLabel())).append('\n');
            described(parameter);
        }
        for (OptionSpec option : spec.options()) {
            if (isOwn(option)) {
                out.append(".TP\n.B ").append(escape(String.join(", ", option.names())));
                if (option.arity().max() > 0) {
                    out.append(" \\fI").append(escape(option.paramLabel())).append("\\fR");
                }
                out.append('\n');
                described(option);
            }
        }
    }

    /** Every command has --help and --version; once is enough. */
    private static boolean isOwn(OptionSpec option) {
        return !option.usageHelp() && !option.versionHelp() && !option.hidden();
    }

    private void paragraphs(String[] lines) {
        out.append(escape(String.join("\n.PP\n", lines))).append('\n');
    }

    private void described(ArgSpec argument) {
        List<String> lines =
                Arrays.stream(argument.description())
                        .map(
                                line ->
                                        line.replace(
                                                "${DEFAULT-VALUE}",
                                                defaultWords(argument.defaultValue())))
                        .toList();
        out.append(escape(String.join("\n", lines))).append('\n');
    }

    /** The default of a value that the environment may set is the one without it. */
    private static String defaultWords(@Nullable String value) {
        return String.valueOf(value).replaceFirst("^\\$\\{env:[A-Z_]+:-(.*)}$", "$1");
    }

    /** groff_char(7): a hyphen that is to be typed is written as a minus. */
    private static String escape(String text) {
        return text.replace("\\", "\\e").replace("-", "\\-");
    }
}
