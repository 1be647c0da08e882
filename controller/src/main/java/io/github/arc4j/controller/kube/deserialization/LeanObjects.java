package io.github.arc4j.controller.kube.deserialization;

import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyName;
import com.fasterxml.jackson.databind.deser.BeanDeserializerBuilder;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.PartialObjectMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.RoleRef;
import io.fabric8.kubernetes.api.model.rbac.Subject;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingListenerStatus;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetStatus;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSetStatus;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Reads only those fields of an object that the controller uses. This saves most of the time and memory that reading
 * takes, and limits the memory of objects that others write. The spec of runners, which is the same for all runners of
 * a set, is read only once.
 */
public final class LeanObjects {
    /**
     * Maximum length of a status, in bytes. A longer one is ignored, because whoever can write a status can also remove
     * it. The controller itself writes less, even with the longest messages in all conditions.
     */
    private static final int MAX_STATUS = 256 * 1024;

    /** Less, because there are many runners, and listeners write their status, too. */
    private static final int MAX_STATUS_OF_RUNNER = 64 * 1024;

    /** In characters: what the API server accepts at most, because one lists the jobs of a burst that have ended. */
    private static final int MAX_ANNOTATION_OF_RUNNER_SET = 256 * 1024;

    /** Maximum length of a rule, in bytes. */
    private static final int MAX_RULE = 1024;

    private static final int MAX_RULES = 8;

    private final ObjectMapper json;

    private LeanObjects(ObjectMapper json) {
        this.json = json;
    }

    /** Configures the mapper to read objects this way. */
    public static void configure(ObjectMapper json) {
        Map<Class<?>, Map<String, JsonDeserializer<?>>> fields = new LeanObjects(json).fields();
        SimpleModule module = new SimpleModule("lean objects");
        module.addDeserializer(PodStatus.class, new LeanPodStatus());
        json.registerModule(module.setDeserializerModifier(new BeanDeserializerModifier() {
            @Override
            public BeanDeserializerBuilder updateBuilder(
                    DeserializationConfig config, BeanDescription bean, BeanDeserializerBuilder builder) {
                fields.getOrDefault(bean.getBeanClass(), Map.of())
                        .forEach((field, reader) -> builder.addOrReplaceProperty(
                                builder.findProperty(PropertyName.construct(field))
                                        .withValueDeserializer(reader),
                                true));
                return builder;
            }
        }));
    }

    private Map<Class<?>, Map<String, JsonDeserializer<?>>> fields() {
        JsonDeserializer<?> metadata = new LeanMetadata();
        JsonDeserializer<?> nothing = new ShortList<>(rule(Object.class, () -> null), 0);
        return Map.ofEntries(
                Map.entry(
                        AutoscalingRunnerSet.class,
                        Map.of(
                                "metadata", metadata,
                                "spec", SpecLimit.ofScaleSet(json),
                                "status", status(AutoscalingRunnerSetStatus.class))),
                Map.entry(
                        AutoscalingListener.class,
                        Map.of("metadata", metadata, "status", status(AutoscalingListenerStatus.class))),
                Map.entry(
                        EphemeralRunnerSet.class,
                        Map.of(
                                "metadata", new LeanMetadata(MAX_ANNOTATION_OF_RUNNER_SET),
                                "spec", SpecLimit.ofRunnerSet(json),
                                "status", status(EphemeralRunnerSetStatus.class))),
                Map.entry(
                        EphemeralRunner.class,
                        Map.of(
                                "metadata",
                                metadata,
                                "spec",
                                new SharedSpecs(json),
                                "status",
                                new SmallValue<>(json, EphemeralRunnerStatus.class, MAX_STATUS_OF_RUNNER, () -> null))),
                Map.entry(
                        Pod.class,
                        Map.of(
                                "metadata", LeanMetadata.ofPods(),
                                "spec", new LeanPodSpec(),
                                "status", new SmallValue<>(json, PodStatus.class, MAX_STATUS, PodStatus::new))),
                Map.entry(
                        ServiceAccount.class,
                        Map.of("metadata", metadata, "secrets", nothing, "imagePullSecrets", nothing)),
                Map.entry(Role.class, Map.of("metadata", metadata, "rules", rules(PolicyRule.class, PolicyRule::new))),
                Map.entry(
                        RoleBinding.class,
                        Map.of(
                                "metadata", metadata,
                                "roleRef", rule(RoleRef.class, () -> new RoleRef("", "", "")),
                                "subjects", rules(Subject.class, Subject::new))),
                Map.entry(Secret.class, Map.of("metadata", metadata, "data", new LeanData())),
                Map.entry(
                        ConfigMap.class,
                        Map.of("metadata", metadata, "data", new LeanData(), "binaryData", new LeanData())),
                Map.entry(PartialObjectMetadata.class, Map.of("metadata", metadata)));
    }

    private <T> JsonDeserializer<T> status(Class<T> type) {
        return new SmallValue<>(json, type, MAX_STATUS, () -> null);
    }

    private <T> JsonDeserializer<List<T>> rules(Class<T> type, Supplier<T> replacement) {
        return new ShortList<>(rule(type, replacement), MAX_RULES);
    }

    private <T> SmallValue<T> rule(Class<T> type, Supplier<T> replacement) {
        return new SmallValue<>(json, type, MAX_RULE, replacement);
    }
}
