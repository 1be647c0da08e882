package io.github.arc4j.controller.crds;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.kube.conditions.Conditions;
import io.github.arc4j.process.advice.Advice;
import io.github.arc4j.runtime.Reconciler;
import io.github.arc4j.runtime.Result;
import io.github.arc4j.runtime.cache.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Detects CustomResourceDefinitions that are older than the controller, because {@code helm upgrade} never changes them.
 * The API server silently drops the fields that they lack, such as a policy that a user has set.
 *
 * <p>Reads the API server's OpenAPI documents, which every service account may read by default, so the controller needs
 * no permission for CustomResourceDefinitions. If they cannot be read, no problem is reported.
 */
public final class CrdCheck implements Reconciler {
    /** Key of the check, which does not concern a single object. */
    public static final Request REQUEST = new Request("", "actions.github.com");

    static final Duration PERIOD = Duration.ofMinutes(5);
    static final Duration PERIOD_WHILE_OUTDATED = Duration.ofSeconds(30);

    private static final Logger log = LoggerFactory.getLogger(CrdCheck.class);
    private static final String INDEX = "/openapi/v3";
    private static final List<Class<? extends HasMetadata>> KINDS = List.of(
            AutoscalingRunnerSet.class, AutoscalingListener.class, EphemeralRunnerSet.class, EphemeralRunner.class);

    private final UnaryOperator<@Nullable String> api;
    private final ObjectMapper json;
    private Runnable onChange = () -> {};

    /** URL of the document that was checked last; it contains a hash of the document. */
    private String checked = "";

    private volatile String problem = "";

    /** @param api returns the response for a path of the API server; null if there is none */
    public CrdCheck(UnaryOperator<@Nullable String> api, ObjectMapper json) {
        this.api = api;
        this.json = json;
    }

    /** Sets what to do when the problem changes. */
    public void onChange(Runnable action) {
        onChange = action;
    }

    /** What the definitions lack; empty if there is no problem, or if it is unknown. */
    public String problem() {
        return problem;
    }

    @Override
    public Result reconcile(Request request) throws JsonProcessingException {
        String url = documentUrl();
        if (!url.equals(checked)) {
            update(problemOf(read(url)));
            checked = url;
        }
        return Result.after(problem.isEmpty() ? PERIOD : PERIOD_WHILE_OUTDATED);
    }

    private String documentUrl() throws JsonProcessingException {
        String group = "apis/" + HasMetadata.getApiVersion(AutoscalingRunnerSet.class);
        return read(INDEX).path("paths").path(group).path("serverRelativeURL").asText();
    }

    private JsonNode read(String url) throws JsonProcessingException {
        try {
            String document = url.isEmpty() ? null : api.apply(url);
            return json.readTree(document == null ? "{}" : document);
        } catch (KubernetesClientException e) {
            if (ResourceClient.isForbidden(e) || ResourceClient.isNotFound(e)) {
                log.debug("Cannot check the CustomResourceDefinitions: {}", e.getMessage());
                return json.createObjectNode();
            }
            throw e;
        }
    }

    private static String problemOf(JsonNode document) {
        List<String> outdated = new ArrayList<>();
        for (Class<? extends HasMetadata> kind : KINDS) {
            for (JsonNode schema : document.at("/components/schemas")) {
                if (isOf(kind, schema)) {
                    List<String> missing = SchemaFields.missing(kind, schema);
                    if (!missing.isEmpty()) {
                        outdated.add(
                                HasMetadata.getFullResourceName(kind) + " (lacks " + String.join(", ", missing) + ")");
                    }
                }
            }
        }
        return outdated.isEmpty()
                ? ""
                : "CustomResourceDefinitions are older than the controller, and the API server drops values of the"
                        + " fields that they lack: "
                        + String.join(", ", outdated)
                        + ". "
                        + Advice.of(Conditions.CRD_OUTDATED).action();
    }

    private static boolean isOf(Class<? extends HasMetadata> kind, JsonNode schema) {
        return schema.at("/x-kubernetes-group-version-kind/0/kind").asText().equals(HasMetadata.getKind(kind));
    }

    private void update(String found) {
        if (found.equals(problem)) {
            return;
        }
        if (found.isEmpty()) {
            log.info("The CustomResourceDefinitions are no longer outdated");
        } else {
            log.warn("The {}", found);
        }
        problem = found;
        onChange.run();
    }
}
