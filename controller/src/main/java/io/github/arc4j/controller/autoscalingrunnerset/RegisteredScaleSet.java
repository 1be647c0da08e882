package io.github.arc4j.controller.autoscalingrunnerset;

import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.InvalidConfigUrlException;
import io.github.arc4j.actions.RunnerScaleSet;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.controller.github.GitHubAccess;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** What the annotations of an AutoscalingRunnerSet say of its scale set at GitHub. */
final class RegisteredScaleSet {
    private RegisteredScaleSet() {}

    /** The scale set's id, 0 while there is none. */
    static int id(AutoscalingRunnerSet set) {
        try {
            return Math.max(0, Integer.parseInt(annotation(set, Annotations.RUNNER_SCALE_SET_ID)));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** Where it was registered; objects of the Go controller do not say, so theirs is where the spec says. */
    static String configUrl(AutoscalingRunnerSet set) {
        String registered = annotation(set, Annotations.REGISTERED_CONFIG_URL);
        return registered.isEmpty() ? set.getSpec().githubConfigUrl() : registered;
    }

    /** Whether the spec wants it elsewhere. */
    static boolean hasMoved(AutoscalingRunnerSet set) {
        return !canonical(configUrl(set)).equals(canonical(set.getSpec().githubConfigUrl()));
    }

    /** How to reach GitHub where the scale set is registered. */
    static GitHubAccess access(AutoscalingRunnerSet set) {
        return GitHubAccess.of(set, id(set)).at(configUrl(set));
    }

    /** The key of the scale set that the annotations name. */
    static String key(AutoscalingRunnerSet set) {
        return key(configUrl(set), id(set));
    }

    /** The same for all objects that use the same scale set of GitHub. */
    static String key(String configUrl, int id) {
        return canonical(configUrl) + "#" + id;
    }

    /** What to remember of GitHub's answer. */
    static Map<String, String> annotations(AutoscalingRunnerSet set, RunnerScaleSet answer) {
        Map<String, String> annotations = new HashMap<>();
        annotations.put(Annotations.RUNNER_SCALE_SET_ID, Integer.toString(answer.id()));
        annotations.put(Annotations.RUNNER_SCALE_SET_NAME, answer.name());
        annotations.put(Annotations.RUNNER_GROUP_NAME, answer.runnerGroupName());
        annotations.put(Annotations.REGISTERED_CONFIG_URL, set.getSpec().githubConfigUrl());
        return annotations;
    }

    /** Whether the object has all that was remembered; people and tools take annotations away. */
    static boolean isRemembered(AutoscalingRunnerSet set) {
        Map<String, String> annotations = set.getMetadata().getAnnotations();
        return annotations != null
                && annotations.containsKey(Annotations.RUNNER_SCALE_SET_NAME)
                && annotations.containsKey(Annotations.RUNNER_GROUP_NAME);
    }

    /** The annotation's value, empty if there is none. */
    static String annotation(AutoscalingRunnerSet set, String key) {
        Map<String, String> annotations = set.getMetadata().getAnnotations();
        return annotations == null ? "" : annotations.getOrDefault(key, "");
    }

    /** GitHub's names of owners and repositories, as those of hosts, do not differ by case. */
    private static String canonical(String configUrl) {
        try {
            return ConfigUrl.parse(configUrl).toString().toLowerCase(Locale.ROOT);
        } catch (InvalidConfigUrlException e) {
            return configUrl;
        }
    }
}
