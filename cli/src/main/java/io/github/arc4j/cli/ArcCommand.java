package io.github.arc4j.cli;

import io.github.arc4j.cli.cluster.Cluster;
import io.github.arc4j.cli.cluster.Selection;
import io.github.arc4j.process.BuildInfo;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command without a subcommand, which prints its help. */
@Command(
        name = "arc",
        description = "Shows the state of runner scale sets, and why a job does not run. Read-only.",
        mixinStandardHelpOptions = true,
        versionProvider = ArcCommand.Version.class,
        subcommands = {
            StatusCommand.class,
            WhyCommand.class,
            DoctorCommand.class,
            RunnersCommand.class,
            LogsCommand.class,
            CompletionCommand.class
        },
        footer = {
            "",
            "Exit codes: 0 no problem, 1 a problem was found, 2 the command line is invalid or the cluster cannot be"
                    + " read.",
            "Documentation: https://github.com/arc4j/arc4j/blob/main/docs/arc.md"
        })
final class ArcCommand implements Callable<Integer> {
    private final Function<Selection, Cluster> clusters;

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init") // picocli sets the fields
    ArcCommand(Function<Selection, Cluster> clusters) {
        this.clusters = clusters;
    }

    Cluster connect(Selection selection) {
        return clusters.apply(selection);
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return CommandLine.ExitCode.USAGE;
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            BuildInfo build = BuildInfo.current();
            return new String[] {"arc %s, commit %s".formatted(build.version(), build.commit())};
        }
    }
}
