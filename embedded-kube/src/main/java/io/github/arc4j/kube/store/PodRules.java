package io.github.arc4j.kube.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.arc4j.kube.object.ApiException.Cause;
import io.github.arc4j.kube.object.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Defaults and validation of pods: the defaults that make a live pod differ from its template, and the checks that an
 * invalid template fails.
 */
final class PodRules {

    static final long DEFAULT_GRACE_SECONDS = 30;

    private static final List<String> RESTART_POLICIES = List.of("Always", "Never", "OnFailure");

    private PodRules() {}

    static void initialize(ObjectNode pod) {
        pod.putObject("status").put("phase", "Pending").put("qosClass", "BestEffort");
    }

    static void complete(ObjectNode pod) {
        ObjectNode spec = Json.child(pod, "spec");
        putIfAbsent(spec, "restartPolicy", "Always");
        putIfAbsent(spec, "dnsPolicy", "ClusterFirst");
        putIfAbsent(spec, "schedulerName", "default-scheduler");
        putIfAbsent(spec, "serviceAccountName", "default");
        if (!spec.has("terminationGracePeriodSeconds")) {
            spec.put("terminationGracePeriodSeconds", (int) DEFAULT_GRACE_SECONDS);
        }
        if (!spec.has("securityContext")) {
            spec.putObject("securityContext");
        }
        for (String list : List.of("initContainers", "containers")) {
            for (JsonNode container : spec.path(list)) {
                if (container instanceof ObjectNode object) {
                    completeContainer(object);
                }
            }
        }
    }

    private static void completeContainer(ObjectNode container) {
        String image = container.path("image").asText();
        boolean latest = image.endsWith(":latest") || image.lastIndexOf(':') <= image.lastIndexOf('/');
        putIfAbsent(container, "imagePullPolicy", latest && !image.contains("@") ? "Always" : "IfNotPresent");
        putIfAbsent(container, "terminationMessagePath", "/dev/termination-log");
        putIfAbsent(container, "terminationMessagePolicy", "File");
        if (!container.has("resources")) {
            container.putObject("resources");
        }
        for (JsonNode port : container.path("ports")) {
            if (port instanceof ObjectNode object) {
                putIfAbsent(object, "protocol", "TCP");
            }
        }
    }

    private static void putIfAbsent(ObjectNode object, String field, String value) {
        if (object.path(field).asText().isEmpty()) {
            object.put(field, value);
        }
    }

    /** Termination grace period of a deleted pod in seconds: 0 before it is scheduled and after it has terminated. */
    static long graceSeconds(ObjectNode pod, @Nullable Long requested) {
        String phase = pod.path("status").path("phase").asText();
        if (pod.path("spec").path("nodeName").asText().isEmpty()
                || phase.equals("Succeeded")
                || phase.equals("Failed")) {
            return 0;
        }
        return requested != null
                ? requested
                : pod.path("spec").path("terminationGracePeriodSeconds").asLong(DEFAULT_GRACE_SECONDS);
    }

    static List<Cause> violations(@Nullable ObjectNode before, ObjectNode pod) {
        JsonNode spec = pod.path("spec");
        if (before != null) {
            return immutable(before.path("spec")).equals(immutable(spec))
                    ? List.of()
                    : List.of(Cause.forbidden(
                            "spec",
                            "pod updates may not change fields other than `spec.containers[*].image`,"
                                    + " `spec.initContainers[*].image`, `spec.activeDeadlineSeconds`,"
                                    + " `spec.tolerations` (only additions to existing tolerations)"));
        }
        List<Cause> causes = new ArrayList<>();
        if (spec.path("containers").isEmpty()) {
            causes.add(Cause.required("spec.containers"));
        }
        if (!RESTART_POLICIES.contains(spec.path("restartPolicy").asText())) {
            causes.add(Cause.unsupported(
                    "spec.restartPolicy", spec.path("restartPolicy").asText(), RESTART_POLICIES));
        }
        Set<String> volumes = new HashSet<>();
        unique("spec.volumes", spec.path("volumes"), volumes, causes);
        Set<String> names = new HashSet<>();
        for (String list : List.of("initContainers", "containers")) {
            unique("spec." + list, spec.path(list), names, causes);
            for (int i = 0; i < spec.path(list).size(); i++) {
                container("spec." + list + "[" + i + "]", spec.path(list).get(i), volumes, causes);
            }
        }
        return causes;
    }

    /** The part of a spec that updates may not change. */
    private static JsonNode immutable(JsonNode spec) {
        if (!(spec.deepCopy() instanceof ObjectNode rest)) {
            return spec;
        }
        // The scheduler binds a pod to its node once.
        rest.remove(List.of("nodeName", "activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds"));
        for (String list : List.of("initContainers", "containers")) {
            for (JsonNode container : rest.path(list)) {
                if (container instanceof ObjectNode object) {
                    object.remove(List.of("image", "imagePullPolicy"));
                }
            }
        }
        return rest;
    }

    private static void unique(String path, JsonNode list, Set<String> names, List<Cause> causes) {
        for (int i = 0; i < list.size(); i++) {
            String field = path + "[" + i + "].name";
            String name = list.get(i).path("name").asText();
            if (name.isEmpty()) {
                causes.add(Cause.required(field));
            } else if (!names.add(name)) {
                causes.add(new Cause("FieldValueDuplicate", field, "Duplicate value: \"" + name + '"'));
            }
        }
    }

    private static void container(String path, JsonNode container, Set<String> volumes, List<Cause> causes) {
        if (container.path("image").asText().isBlank()) {
            causes.add(Cause.required(path + ".image"));
        }
        for (int i = 0; i < container.path("env").size(); i++) {
            if (container.path("env").get(i).path("name").asText().isEmpty()) {
                causes.add(Cause.required(path + ".env[" + i + "].name"));
            }
        }
        Set<String> paths = new HashSet<>();
        for (int i = 0; i < container.path("volumeMounts").size(); i++) {
            JsonNode mount = container.path("volumeMounts").get(i);
            String field = path + ".volumeMounts[" + i + "]";
            if (!volumes.contains(mount.path("name").asText())) {
                causes.add(Cause.notFound(field + ".name", mount.path("name").asText()));
            }
            if (!paths.add(mount.path("mountPath").asText())) {
                causes.add(Cause.invalid(
                        field + ".mountPath", mount.path("mountPath").asText(), "must be unique"));
            }
        }
    }
}
