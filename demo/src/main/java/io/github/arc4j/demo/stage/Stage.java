package io.github.arc4j.demo.stage;

import java.util.Map;

/**
 * A place where the whole system runs: a GitHub simulator, and a cluster with the controller in it. One scale set, named {@link #SCALE_SET},
 * can be installed and uninstalled there as a user would do it. Closing it removes everything.
 */
public interface Stage extends AutoCloseable {
    String CONTROLLER_NAMESPACE = "arc-systems";
    String RUNNER_NAMESPACE = "arc-runners";

    /** Name of the AutoscalingRunnerSet, and on GitHub. */
    String SCALE_SET = "demo";

    /** Personal access token that the simulator accepts. */
    String TOKEN = "sim-pat";

    GitHubSide gitHub();

    /** The objects of the cluster, from before the installation on. */
    ClusterWatch objects();

    /** Installs the controller and the scale set; returns as soon as the cluster has their objects. */
    void install() throws Exception;

    /** Uninstalls the scale set and the controller; returns when both are gone. */
    void uninstall() throws Exception;

    /** Requests to the API server since the start, by {@code controller} and {@code listener}, watches included. */
    Map<String, Long> requests() throws Exception;

    /** Where the logs are, for a reader. */
    String logs();

    @Override
    void close();
}
