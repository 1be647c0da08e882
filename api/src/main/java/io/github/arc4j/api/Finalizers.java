package io.github.arc4j.api;

import java.util.List;

/** Finalizers. */
public final class Finalizers {
    /** On an AutoscalingRunnerSet until its listener, its runners and the scale set on GitHub are deleted. */
    public static final String AUTOSCALING_RUNNER_SET = "autoscalingrunnerset.actions.github.com/finalizer";

    /** On an AutoscalingListener until its pod and the objects for the pod are deleted. */
    public static final String AUTOSCALING_LISTENER = "autoscalinglistener.actions.github.com/finalizer";

    /** On an EphemeralRunnerSet until its runners are deleted. */
    public static final String EPHEMERAL_RUNNER_SET = "ephemeralrunnerset.actions.github.com/finalizer";

    /** On an EphemeralRunner until its pod and its Secret are deleted. */
    public static final String EPHEMERAL_RUNNER = "ephemeralrunner.actions.github.com/finalizer";

    /** On an EphemeralRunner until it is deregistered from GitHub. */
    public static final String EPHEMERAL_RUNNER_REGISTRATION =
            "ephemeralrunner.actions.github.com/runner-registration-finalizer";

    /** All finalizers that the controller sets on an EphemeralRunner. */
    public static final List<String> OF_EPHEMERAL_RUNNER = List.of(EPHEMERAL_RUNNER, EPHEMERAL_RUNNER_REGISTRATION);

    /** On an EphemeralRunnerSet of release 0.14 of the Go controller, which used the finalizer of the runners. */
    public static final String LEGACY_EPHEMERAL_RUNNER_SET = EPHEMERAL_RUNNER;

    /** An EphemeralRunnerSet has one of these: a Go controller that knows only the other one would never remove it. */
    public static final List<String> OF_EPHEMERAL_RUNNER_SET =
            List.of(EPHEMERAL_RUNNER_SET, LEGACY_EPHEMERAL_RUNNER_SET);

    /** On the chart's Secret, Roles, RoleBindings and ServiceAccounts, until the scale set no longer needs them. */
    public static final String CLEANUP_PROTECTION = "actions.github.com/cleanup-protection";

    private Finalizers() {}
}
