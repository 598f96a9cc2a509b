package culvert.gateway;

import culvert.gateway.cli.CommandLineInterface;
import culvert.gateway.log.LogOutput;

/** The program: everything it can do is a command. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        int exitCode = CommandLineInterface.execute(args);
        LogOutput.drain();
        System.exit(exitCode);
    }
}
