package culvert.gateway.cli;

import culvert.gateway.control.ExitCode;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "completion",
        description = {
            "Prints what makes a shell complete our commands and options.",
            "bash: source <(culvert completion bash)",
            "zsh:  source <(culvert completion zsh), behind compinit"
        },
        mixinStandardHelpOptions = true)
final class CompletionCommand implements Callable<Integer> {
    enum Shell {
        BASH,
        ZSH
    }

    @Parameters(paramLabel = "SHELL", description = "bash or zsh")
    private Shell shell = Shell.BASH;

    @Override
    public Integer call() {
        String start =
                switch (shell) {
                    case BASH -> "";
                    case ZSH -> "autoload -U +X bashcompinit && bashcompinit\n";
                };
        System.out.print(start + AutoComplete.bash("culvert", CommandLineInterface.commandLine()));
        return ExitCode.OK.number();
    }
}
