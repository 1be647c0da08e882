package io.github.arc4j.api;

/** Environment variables of the runner's container. */
public final class RunnerEnvironment {
    /** The JIT configuration with which the runner registers, in base64. */
    public static final String JIT_CONFIG = "ACTIONS_RUNNER_INPUT_JITCONFIG";

    /** Added to the user agent of the runner's requests. */
    public static final String EXTRA_USER_AGENT = "GITHUB_ACTIONS_RUNNER_EXTRA_USER_AGENT";

    /** If it is 1, a runner whose version GitHub no longer supports exits with code 7. */
    public static final String RETURN_VERSION_DEPRECATED_EXIT_CODE =
            "ACTIONS_RUNNER_RETURN_VERSION_DEPRECATED_EXIT_CODE";

    /** Path of the container hooks; set in templates whose jobs run in their own pods. */
    public static final String CONTAINER_HOOKS = "ACTIONS_RUNNER_CONTAINER_HOOKS";

    /** URL of the proxy for http URLs; also a key of the proxy Secrets. */
    public static final String HTTP_PROXY = "http_proxy";

    /** URL of the proxy for https URLs; also a key of the proxy Secrets. */
    public static final String HTTPS_PROXY = "https_proxy";

    /** Hosts that are reached directly, separated by commas; also a key of the proxy Secrets. */
    public static final String NO_PROXY = "no_proxy";

    private RunnerEnvironment() {}
}
