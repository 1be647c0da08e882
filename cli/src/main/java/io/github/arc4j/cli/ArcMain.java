package io.github.arc4j.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.arc4j.cli.cluster.Cluster;
import io.github.arc4j.cli.cluster.KubernetesCluster;
import io.github.arc4j.cli.cluster.NoAccessException;
import io.github.arc4j.cli.cluster.Selection;
import io.github.arc4j.process.log.LogText;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.util.function.Function;
import java.util.logging.LogManager;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;

/**
 * Entry point of the tool. Exit codes: 0 if no problem was found, 1 if one was, 2 if the question cannot be answered:
 * an invalid command line, or no access to the cluster.
 */
public final class ArcMain {
    static final int PROBLEM = 1;

    private ArcMain() {}

    public static void main(String[] args) {
        LogManager.getLogManager().reset(); // warnings of the Kubernetes client would be mixed with the reports
        // The image has no locale, with which standard output would be ASCII.
        PrintWriter out = new PrintWriter(new FileOutputStream(FileDescriptor.out), true, UTF_8);
        PrintWriter err = new PrintWriter(new FileOutputStream(FileDescriptor.err), true, UTF_8);
        System.exit(run(out, err, args));
    }

    /**
     * Runs one command.
     *
     * @return the exit code
     */
    public static int run(PrintWriter out, PrintWriter err, String... args) {
        return run(KubernetesCluster::connect, out, err, args);
    }

    static int run(Function<Selection, Cluster> clusters, PrintWriter out, PrintWriter err, String... args) {
        return new CommandLine(new ArcCommand(clusters))
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    message(failure).lines().map(LogText::visible).forEach(err::println);
                    return ExitCode.USAGE;
                })
                .execute(args);
    }

    private static String message(Exception failure) {
        return failure instanceof NoAccessException ? String.valueOf(failure.getMessage()) : failure.toString();
    }
}
