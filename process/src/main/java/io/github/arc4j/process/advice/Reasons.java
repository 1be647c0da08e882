package io.github.arc4j.process.advice;

import java.util.Set;

/** Reasons of conditions. */
public final class Reasons {
    /** Something is in progress and needs no action. */
    private static final Set<String> PROGRESS = Set.of(
            "Deleting",
            "Draining",
            "ListenerReplaced",
            "ListenerStarting",
            "ListenersEnding",
            "NoRunnersYet",
            "PodNotReady",
            "PodStarting",
            "RunnerSetEnding");

    /** Reasons of a scale set's Ready condition that concern the spec and stop everything that follows. */
    private static final Set<String> ABOUT_SPEC = Set.of(
            "ControllerUninstalled",
            "GitHubHostNotAllowed",
            "InvalidConfigUrl",
            "InvalidLimits",
            "InvalidProxy",
            "InvalidTLS",
            "InvalidTemplate",
            "RequestRefused",
            "RunnerSetNameTaken",
            "SpecTooLarge");

    /** Reasons of a runner's Ready condition that say why GitHub has not registered it, or no longer knows it. */
    private static final Set<String> ABOUT_GITHUB = Set.of(
            "AuthenticationFailed",
            "BackingOff",
            "ConfigMapKeyMissing",
            "ConfigMapMissing",
            "ConfigMapUnreadable",
            "GitHubHostNotAllowed",
            "GitHubRequestFailed",
            "GitHubUnreachable",
            "InvalidConfigUrl",
            "InvalidCredentials",
            "InvalidProxy",
            "InvalidTLS",
            "RateLimited",
            "RegistrationLost",
            "RunnerNameTaken",
            "SecretMissing",
            "SecretUnreadable");

    /** Reason of the command line and the console: no controller has processed the object. */
    public static final String NOT_RECONCILED = "NotReconciled";

    private Reasons() {}

    /** Whether a problem with this reason is expected to end soon, without any action. */
    public static boolean isProgress(String reason) {
        return PROGRESS.contains(reason);
    }

    /** Whether a scale set that is not ready for this reason gets no further than its spec. */
    public static boolean isAboutSpec(String reason) {
        return ABOUT_SPEC.contains(reason);
    }

    /** Whether a runner that is not ready for this reason is not registered with GitHub. */
    public static boolean isAboutGitHub(String reason) {
        return ABOUT_GITHUB.contains(reason) || reason.startsWith("Vault");
    }
}
