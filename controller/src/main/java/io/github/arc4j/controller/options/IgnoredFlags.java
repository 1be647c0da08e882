package io.github.arc4j.controller.options;

import java.util.List;

/** Flags that are accepted for compatibility and have no effect. */
final class IgnoredFlags {
    static final List<Flag> ALL = List.of(
            Flag.text("pprof-addr", "", "No effect: profile the JVM with JFR."),
            Flag.integer("port", 9443, "No effect: there are no webhooks."),
            Flag.duration("sync-period", "1m", "No effect: a resync changes nothing."),
            Flag.integer(
                    "k8s-client-rate-limiter-qps",
                    20,
                    "No effect: the request rate adapts to the API server's responses."),
            Flag.integer(
                    "k8s-client-rate-limiter-burst",
                    30,
                    "No effect: the request rate adapts to the API server's responses."),
            Flag.legacy("runner-image"),
            Flag.legacy("docker-image"),
            Flag.legacy("docker-gid"),
            Flag.legacy("runner-image-pull-secret"),
            Flag.legacy("docker-registry-mirror"),
            Flag.legacy("github-token"),
            Flag.legacy("github-enterprise-url"),
            Flag.legacy("github-app-id"),
            Flag.legacy("github-app-installation-id"),
            Flag.legacy("github-app-private-key"),
            Flag.legacy("github-url"),
            Flag.legacy("github-upload-url"),
            Flag.legacy("github-basicauth-username"),
            Flag.legacy("github-basicauth-password"),
            Flag.legacy("runner-github-url"),
            Flag.bool("runner-status-update-hook", "No effect."),
            Flag.duration("default-scale-down-delay", "10m", "No effect."),
            Flag.legacy("common-runner-labels"));

    private IgnoredFlags() {}

    /** The names of those that are given. */
    static List<String> given(FlagParser flags) {
        return ALL.stream().map(Flag::name).filter(flags::isGiven).toList();
    }
}
