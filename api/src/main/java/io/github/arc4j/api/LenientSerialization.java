package io.github.arc4j.api;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;

/** JSON for clients that list and watch custom resources. */
public final class LenientSerialization {
    private LenientSerialization() {}

    /**
     * A serialization that keeps a value which does not fit its type in a pod template, such as a port of 99999999999, aside and writes it
     * again. The schemas of custom resources let such values pass. By default one of them would stop the informer for all objects of the
     * kind; this way only the pod that is made of the template is refused.
     */
    public static KubernetesSerialization create() {
        KubernetesSerialization serialization = new KubernetesSerialization();
        serialization.getUnmatchedFieldTypeModule().setRestrictToTemplates(false);
        serialization.getUnmatchedFieldTypeModule().setLogWarnings(false);
        return serialization;
    }
}
