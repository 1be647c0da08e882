package io.github.arc4j.actions;

/**
 * A just-in-time configuration: a runner is registered and starts once with it.
 *
 * @param runner the runner that was registered
 * @param encodedJitConfig what the runner program takes as {@code --jitconfig}; a secret
 */
public record JitConfig(Runner runner, String encodedJitConfig) {
    @Override
    public String toString() {
        return "JitConfig[runner=" + runner + ", encodedJitConfig=***]";
    }
}
