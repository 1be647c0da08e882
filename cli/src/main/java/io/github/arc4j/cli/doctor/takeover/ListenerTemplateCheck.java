package io.github.arc4j.cli.doctor.takeover;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.github.arc4j.api.ListenerPodMetadata;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetSpec;
import io.github.arc4j.api.v1alpha1.ResourceMeta;
import io.github.arc4j.cli.doctor.finding.Check;
import io.github.arc4j.cli.doctor.finding.Finding;
import io.github.arc4j.cli.snapshot.ScaleSet;
import io.github.arc4j.cli.snapshot.Snapshot;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Before a takeover: fields of {@code listenerTemplate} that the default of {@code flags.listenerTemplate} refuses. */
public final class ListenerTemplateCheck implements Check {
    private static final BigDecimal MEMORY = Quantity.getAmountInBytes(new Quantity("128Mi"));

    /** The documented ones; the controller decides, and refuses unknown fields, too. */
    private static final Set<String> OF_POD = Set.of(
            "automountServiceAccountToken",
            "ephemeralContainers",
            "hostIPC",
            "hostNetwork",
            "hostPID",
            "imagePullSecrets",
            "initContainers",
            "resourceClaims",
            "serviceAccount",
            "serviceAccountName");

    private static final long MAX_GRACE_SECONDS = 60;
    private static final List<String> HANDLERS =
            List.of("/lifecycle/postStart", "/lifecycle/preStop", "/livenessProbe", "/readinessProbe", "/startupProbe");

    private static final Set<String> VOLUMES = Set.of("name", "configMap", "downwardAPI", "emptyDir");
    private static final Set<String> OF_SECURITY_CONTEXT = Set.of("privileged", "allowPrivilegeEscalation", "sysctls");

    private final ObjectMapper json = new ObjectMapper();

    @Override
    public String name() {
        return "listener templates";
    }

    @Override
    public List<Finding> find(Snapshot snapshot) {
        return snapshot.scaleSets().stream().flatMap(this::find).toList();
    }

    private Stream<Finding> find(ScaleSet set) {
        AutoscalingRunnerSetSpec spec = set.object().getSpec();
        PodTemplateSpec template = spec.listenerTemplate();
        return Stream.of(
                        template == null ? Stream.<Finding>empty() : template(set, template),
                        annotations(set, "listenerServiceAccountMetadata", spec.listenerServiceAccountMetadata()),
                        annotations(set, "listenerConfigSecretMetadata", spec.listenerConfigSecretMetadata()))
                .flatMap(findings -> findings);
    }

    private static Stream<Finding> annotations(ScaleSet set, String field, ResourceMeta metadata) {
        return refused(set, field, ListenerPodMetadata.DEFAULT.refused("annotations", metadata.annotations()));
    }

    private static Stream<Finding> refused(ScaleSet set, String field, Stream<String> paths) {
        String refused = paths.collect(Collectors.joining(", "));
        return refused.isEmpty()
                ? Stream.empty()
                : Stream.of(Finding.problem(
                        Finding.name(set),
                        "ListenerTemplateRefused",
                        "%s has fields that are refused by default: %s".formatted(field, refused)));
    }

    private Stream<Finding> template(ScaleSet set, PodTemplateSpec template) {
        JsonNode pod = json.valueToTree(template).path("spec");
        Stream<String> refused = Stream.of(
                        set(pod, "", OF_POD),
                        gracePeriod(pod, ""),
                        metadata(template.getMetadata()),
                        securityContext(pod),
                        each(pod, "volumes").flatMap(volume -> volume(set, volume)),
                        each(pod, "containers").flatMap(ListenerTemplateCheck::container))
                .flatMap(paths -> paths);
        List<Finding> findings =
                new ArrayList<>(refused(set, "listenerTemplate", refused).toList());
        each(pod, "containers").filter(ListenerTemplateCheck::isListener).forEach(container -> {
            if (container.path("image").asText().contains("gha-runner-scale-set-controller")) {
                findings.add(Finding.problem(
                        Finding.name(set),
                        "ListenerImage",
                        "listenerTemplate names the image of the Go system: "
                                + container.path("image").asText()));
            }
            String memory = container.at("/resources/limits/memory").asText();
            if (!memory.isEmpty() && isBelow(memory)) {
                findings.add(Finding.warning(
                        Finding.name(set),
                        "MemoryLimitTooLow",
                        "the memory limit in listenerTemplate is %s, but a listener needs 128Mi".formatted(memory)));
            }
        });
        return findings.stream();
    }

    private static Stream<String> metadata(@Nullable ObjectMeta metadata) {
        return metadata == null
                ? Stream.empty()
                : Stream.concat(
                        ListenerPodMetadata.DEFAULT.refused("metadata.labels", metadata.getLabels()),
                        ListenerPodMetadata.DEFAULT.refused("metadata.annotations", metadata.getAnnotations()));
    }

    /** The API server accepts more quantities than the library reads, such as 1e1.5; they are not examined. */
    private static boolean isBelow(String memory) {
        try {
            return Quantity.getAmountInBytes(new Quantity(memory)).compareTo(MEMORY) < 0;
        } catch (IllegalArgumentException | ArithmeticException e) {
            return false;
        }
    }

    private static Stream<String> volume(ScaleSet set, JsonNode volume) {
        boolean isOwnCertificate =
                volume.at("/secret/secretName").asText().equals("vault-certificate-" + set.namespace());
        return isOwnCertificate
                ? Stream.empty()
                : volume.propertyStream()
                        .map(Map.Entry::getKey)
                        .filter(type -> !VOLUMES.contains(type))
                        .map(type -> "volumes." + type);
    }

    private static Stream<String> container(JsonNode container) {
        if (!isListener(container)) {
            return Stream.of("containers." + container.path("name").asText());
        }
        boolean hasSecret = each(container, "env")
                .anyMatch(variable -> variable.at("/valueFrom/secretKeyRef").isObject());
        boolean hasHostPort = each(container, "ports").anyMatch(port -> port.has("hostPort"));
        return Stream.of(
                        set(container, "containers.listener.", Set.of("envFrom")),
                        HANDLERS.stream().flatMap(handler -> handler(container.at(handler), path(handler) + ".")),
                        securityContext(container),
                        set(container.at("/securityContext/capabilities"), "capabilities.", Set.of("add")),
                        hasSecret ? Stream.of("env.valueFrom.secretKeyRef") : Stream.<String>empty(),
                        hasHostPort ? Stream.of("ports.hostPort") : Stream.<String>empty())
                .flatMap(paths -> paths);
    }

    private static String path(String pointer) {
        return pointer.substring(1).replace('/', '.');
    }

    private static Stream<String> handler(JsonNode handler, String prefix) {
        return Stream.of(
                        gracePeriod(handler, prefix),
                        set(handler.path("httpGet"), prefix + "httpGet.", Set.of("host")),
                        set(handler.path("tcpSocket"), prefix + "tcpSocket.", Set.of("host")))
                .flatMap(paths -> paths);
    }

    private static Stream<String> gracePeriod(JsonNode owner, String prefix) {
        JsonNode seconds = owner.path("terminationGracePeriodSeconds");
        return seconds.asLong() > MAX_GRACE_SECONDS
                ? Stream.of(prefix + "terminationGracePeriodSeconds " + seconds)
                : Stream.empty();
    }

    private static Stream<String> securityContext(JsonNode owner) {
        JsonNode context = owner.path("securityContext");
        return Stream.of(
                        set(context, "securityContext.", OF_SECURITY_CONTEXT),
                        context.path("runAsUser").asText().equals("0")
                                ? Stream.of("securityContext.runAsUser 0")
                                : Stream.<String>empty(),
                        context.path("runAsNonRoot").asText().equals("false")
                                ? Stream.of("securityContext.runAsNonRoot false")
                                : Stream.<String>empty())
                .flatMap(paths -> paths);
    }

    private static boolean isListener(JsonNode container) {
        return container.path("name").asText().equals("listener");
    }

    private static Stream<String> set(JsonNode object, String prefix, Set<String> fields) {
        return fields.stream()
                .sorted()
                .filter(field -> isSet(object.path(field)))
                .map(field -> prefix + field);
    }

    private static boolean isSet(JsonNode value) {
        return value.isBoolean() ? value.asBoolean() : !value.isMissingNode() && !value.isNull() && !isEmpty(value);
    }

    private static boolean isEmpty(JsonNode value) {
        return value.isArray() ? value.isEmpty() : value.asText("x").isEmpty();
    }

    private static Stream<JsonNode> each(JsonNode owner, String list) {
        return StreamSupport.stream(owner.path(list).spliterator(), false);
    }
}
