package io.github.arc4j.controller.autoscalingrunnerset.derived;

import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.errors.InvalidConfigUrlException;
import io.github.arc4j.actions.model.RunnerScaleSet;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.controller.github.GitHubAccess;
import io.github.arc4j.process.log.LogText;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** The scale set that the annotations of an AutoscalingRunnerSet record. */
public final class RegisteredScaleSet {
    /** The server chooses the names, and annotations that are too long are not read. */
    private static final int MAX_NAME = 1024;

    private RegisteredScaleSet() {}

    /** The scale set's ID; 0 while there is none. */
    public static int id(AutoscalingRunnerSet set) {
        try {
            return Math.max(0, Integer.parseInt(Annotations.get(set, Annotations.RUNNER_SCALE_SET_ID)));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /**
     * The config URL at which the scale set was registered; objects of the Go controller do not record it, so it
     * defaults to the one in the spec.
     */
    public static String configUrl(AutoscalingRunnerSet set) {
        String registered = Annotations.get(set, Annotations.REGISTERED_CONFIG_URL);
        return registered.isEmpty() ? set.getSpec().githubConfigUrl() : registered;
    }

    /** Whether the spec has a different config URL. */
    public static boolean hasMoved(AutoscalingRunnerSet set) {
        return !canonical(configUrl(set)).equals(canonical(set.getSpec().githubConfigUrl()));
    }

    /** Access to the config URL at which the scale set is registered. */
    public static GitHubAccess access(AutoscalingRunnerSet set) {
        return GitHubAccess.of(set, id(set)).at(configUrl(set));
    }

    /** A key that is equal for all objects that use the same scale set. */
    public static String key(String configUrl, int id) {
        return canonical(configUrl) + "#" + id;
    }

    /** The annotations that record GitHub's response. */
    public static Map<String, String> annotations(AutoscalingRunnerSet set, RunnerScaleSet response) {
        Map<String, String> annotations = new HashMap<>();
        annotations.put(Annotations.RUNNER_SCALE_SET_ID, Integer.toString(response.id()));
        annotations.put(Annotations.RUNNER_SCALE_SET_NAME, LogText.cut(response.name(), MAX_NAME));
        annotations.put(Annotations.RUNNER_GROUP_NAME, LogText.cut(response.runnerGroupName(), MAX_NAME));
        annotations.put(Annotations.REGISTERED_CONFIG_URL, set.getSpec().githubConfigUrl());
        return annotations;
    }

    /** Whether the recorded annotations are complete; users and tools may remove some. */
    public static boolean isRecorded(AutoscalingRunnerSet set) {
        Map<String, String> annotations = set.getMetadata().getAnnotations();
        return annotations != null
                && annotations.containsKey(Annotations.RUNNER_SCALE_SET_NAME)
                && annotations.containsKey(Annotations.RUNNER_GROUP_NAME);
    }

    /** GitHub's names of owners and repositories are case-insensitive, as are host names. */
    private static String canonical(String configUrl) {
        try {
            return ConfigUrl.parse(configUrl).toString().toLowerCase(Locale.ROOT);
        } catch (InvalidConfigUrlException e) {
            return configUrl;
        }
    }
}
