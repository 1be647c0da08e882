package io.github.arc4j.controller.cluster;

import io.github.arc4j.controller.kube.deserialization.LeanObjects;
import io.github.arc4j.runtime.client.KubernetesApi.Serialization;

/** The serialization of all controllers in this process, because each preparation takes longer than most tests. */
final class SharedSerialization {
    static final Serialization INSTANCE = create();

    private SharedSerialization() {}

    /** A controller configures its serialization, which must not happen while the controller of another test reads. */
    private static Serialization create() {
        Serialization serialization = Serialization.create();
        LeanObjects.configure(serialization.ofCaches());
        return serialization;
    }
}
