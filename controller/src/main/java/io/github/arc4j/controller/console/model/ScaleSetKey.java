package io.github.arc4j.controller.console.model;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.github.arc4j.api.Labels;
import io.github.arc4j.runtime.cache.Request;

/** Which scale set an object belongs to. */
final class ScaleSetKey {
    private ScaleSetKey() {}

    static Request of(HasMetadata runner) {
        return new Request(runner.getMetadata().getNamespace(), Labels.get(runner, Labels.SCALE_SET_NAME));
    }
}
