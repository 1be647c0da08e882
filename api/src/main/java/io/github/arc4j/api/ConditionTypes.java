package io.github.arc4j.api;

import java.util.List;

/** Types of the conditions of an AutoscalingRunnerSet that are true if there is no problem. */
public final class ConditionTypes {
    /** GitHub accepts the credentials. */
    public static final String CREDENTIALS_VALID = "CredentialsValid";

    /** GitHub responds. */
    public static final String GITHUB_REACHABLE = "GitHubReachable";

    /** GitHub has the scale set. */
    public static final String SCALE_SET_REGISTERED = "ScaleSetRegistered";

    /** GitHub accepts the version of the runner; absent as long as it has not rejected any. */
    public static final String RUNNER_VERSION_ACCEPTED = "RunnerVersionAccepted";

    /** The listener runs and can receive jobs. */
    public static final String LISTENER_RUNNING = "ListenerRunning";

    /** The runners start. */
    public static final String RUNNERS_HEALTHY = "RunnersHealthy";

    /** The scale set can run jobs. */
    public static final String READY = "Ready";

    /** The chart and the controller have the same version. */
    public static final String VERSION_SUPPORTED = "VersionSupported";

    /**
     * All of them. If several are false, the first one is the cause: the listener is stopped while GitHub rejects the
     * runner's version, for example.
     */
    public static final List<String> CAUSES_FIRST = List.of(
            CREDENTIALS_VALID,
            GITHUB_REACHABLE,
            SCALE_SET_REGISTERED,
            RUNNER_VERSION_ACCEPTED,
            LISTENER_RUNNING,
            RUNNERS_HEALTHY,
            READY,
            VERSION_SUPPORTED);

    private ConditionTypes() {}
}
