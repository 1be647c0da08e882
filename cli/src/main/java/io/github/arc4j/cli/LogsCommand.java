package io.github.arc4j.cli;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSpec;
import io.github.arc4j.cli.cluster.Cluster;
import io.github.arc4j.cli.cluster.NoAccessException;
import io.github.arc4j.cli.report.Format;
import io.github.arc4j.cli.report.Printer;
import io.github.arc4j.cli.snapshot.Snapshot;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "logs",
        description = {
            "Prints the log of a runner's pod, even of a failed one that is kept (policy.retainFailed).",
            "It contains what the runner reports, not the log of the job, which is on GitHub. Control characters are"
                    + " escaped."
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class LogsCommand extends ClusterCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RUNNER", description = "Name of a runner, or NAMESPACE/NAME.")
    private String runner;

    @Option(
            names = {"-c", "--container"},
            paramLabel = "NAME",
            defaultValue = EphemeralRunnerSpec.RUNNER_CONTAINER,
            description = "Container of the pod. Default: ${DEFAULT-VALUE}.")
    private String container;

    @Option(names = "--tail", paramLabel = "LINES", defaultValue = "-1", description = "Only the last lines.")
    private int tail;

    @Option(
            names = {"-f", "--follow"},
            description = "Continue until the container ends.")
    private boolean follow;

    @Override
    public Integer call() {
        try (Cluster cluster = connect()) {
            String name = runner.substring(runner.indexOf('/') + 1);
            String namespace = runner.contains("/")
                    ? runner.substring(0, runner.indexOf('/'))
                    : namespace(cluster.read(Cluster.Scope.SCALE_SETS), name);
            Printer printer = new Printer(spec().commandLine().getOut(), Format.table);
            cluster.log(namespace, name, container, tail, follow, printer::line);
            return ExitCode.OK;
        }
    }

    /** Tenants choose names, so the first match may belong to somebody else. */
    private static String namespace(Snapshot snapshot, String name) {
        List<String> namespaces = Stream.<HasMetadata>concat(
                        snapshot.all(EphemeralRunner.class).stream(), snapshot.all(Pod.class).stream())
                .filter(object -> object.getMetadata().getName().equals(name))
                .map(object -> object.getMetadata().getNamespace())
                .distinct()
                .sorted()
                .toList();
        return switch (namespaces.size()) {
            case 0 -> throw new NoAccessException("There is no runner %s.".formatted(name), null);
            case 1 -> namespaces.getFirst();
            default ->
                throw new NoAccessException(
                        "Several namespaces have a runner of this name: specify one of %s."
                                .formatted(namespaces.stream()
                                        .map(namespace -> namespace + "/" + name)
                                        .collect(Collectors.joining(", "))),
                        null);
        };
    }
}
