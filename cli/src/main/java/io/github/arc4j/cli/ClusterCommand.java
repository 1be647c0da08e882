package io.github.arc4j.cli;

import io.github.arc4j.cli.cluster.Cluster;
import io.github.arc4j.cli.cluster.Selection;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** A command that reads a cluster. */
@Command(mixinStandardHelpOptions = true, versionProvider = ArcCommand.Version.class, sortOptions = false)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
abstract class ClusterCommand {
    @ParentCommand
    private ArcCommand parent;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-n", "--namespace"},
            split = ",",
            paramLabel = "NAMESPACE",
            description = "Only scale sets in this namespace. Repeatable. Default: all namespaces.")
    private List<String> namespaces = new ArrayList<>();

    @Option(
            names = "--controller-namespace",
            paramLabel = "NAMESPACE",
            defaultValue = "",
            description =
                    "Namespace of the controller. Default: that of its Deployment. Required if only labels identify it.")
    private String controllerNamespace;

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            defaultValue = "",
            description = "Default: $KUBECONFIG or ~/.kube/config; in a pod, its service account.")
    private String kubeconfig;

    @Option(
            names = "--context",
            paramLabel = "NAME",
            defaultValue = "",
            description = "Context of the kubeconfig file.")
    private String context;

    final Cluster connect() {
        return parent.connect(new Selection(kubeconfig, context, List.copyOf(namespaces), controllerNamespace));
    }

    final CommandSpec spec() {
        return spec;
    }
}
