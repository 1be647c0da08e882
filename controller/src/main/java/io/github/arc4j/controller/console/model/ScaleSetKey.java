package io.github.arc4j.controller.console.model;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.github.arc4j.api.Labels;
import io.github.arc4j.controller.runtime.cache.Request;
import java.util.Map;

/** Which scale set an object belongs to. */
final class ScaleSetKey {
    private ScaleSetKey() {}

    /** The scale set of a runner. */
    static Request of(HasMetadata runner) {
        Map<String, String> labels = runner.getMetadata().getLabels();
        String name = labels == null ? "" : labels.getOrDefault(Labels.SCALE_SET_NAME, "");
        return new Request(runner.getMetadata().getNamespace(), name);
    }
}
