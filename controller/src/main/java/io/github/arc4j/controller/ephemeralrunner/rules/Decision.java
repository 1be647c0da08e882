package io.github.arc4j.controller.ephemeralrunner.rules;

/** What {@link RunnerRules} decides about a runner: a verdict, or which question to answer first. */
public sealed interface Decision permits Verdict, Decision.Question {
    /** Questions that neither the runner nor the cached pod can answer. */
    enum Question implements Decision {
        /** Whether the pod in the API server is the cached one, rather than a later one with the same name, or none. */
        IS_POD_CURRENT,
        /** Whether the Secret with the runner's JIT config exists. */
        HAS_JIT_CONFIG
    }
}
