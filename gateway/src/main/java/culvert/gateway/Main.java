package culvert.gateway;

import culvert.gateway.cli.CommandLineInterface;

/** The program: everything it can do is a command. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(CommandLineInterface.execute(args));
    }
}
