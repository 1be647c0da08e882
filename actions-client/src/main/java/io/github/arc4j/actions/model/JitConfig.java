package io.github.arc4j.actions.model;

/**
 * A just-in-time configuration, with which a registered runner starts once.
 *
 * @param runner the registered runner
 * @param encodedJitConfig value of the runner program's option {@code --jitconfig}; a secret
 */
public record JitConfig(Runner runner, String encodedJitConfig) {
    @Override
    public String toString() {
        return "JitConfig[runner=" + runner + ", encodedJitConfig=***]";
    }
}
