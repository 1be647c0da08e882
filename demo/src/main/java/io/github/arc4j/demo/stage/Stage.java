package io.github.arc4j.demo.stage;

import java.util.Map;

/**
 * An environment that runs the whole system: a GitHub simulator, and a cluster with the controller. One scale set,
 * named {@link #SCALE_SET}, can be installed and uninstalled as a user would do it. Closing the stage removes
 * everything.
 */
public interface Stage extends AutoCloseable {
    String CONTROLLER_NAMESPACE = "arc-systems";
    String RUNNER_NAMESPACE = "arc-runners";

    /** Name of the AutoscalingRunnerSet and of its scale set on GitHub. */
    String SCALE_SET = "demo";

    /** Personal access token that the simulator accepts. */
    String TOKEN = "sim-pat";

    GitHubSide gitHub();

    /** The objects of the cluster, watched since before the installation. */
    ClusterWatch objects();

    /** Installs the controller and the scale set; returns as soon as their objects are created. */
    void install() throws Exception;

    /** Uninstalls the scale set and the controller; returns when both are deleted. */
    void uninstall() throws Exception;

    /**
     * Number of requests to the API server since the start, including watches, by {@code controller} and
     * {@code listener}.
     */
    Map<String, Long> requests() throws Exception;

    /** Location of the logs, as readable text. */
    String logs();

    @Override
    void close();
}
