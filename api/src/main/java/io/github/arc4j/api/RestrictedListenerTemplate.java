package io.github.arc4j.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What the spec of a {@code listenerTemplate} may contain with {@code flags.listenerTemplate: restricted}: only fields
 * that give the listener no access to the controller's namespace, other tenants or the node. This is an allowlist:
 * fields that later versions of Kubernetes add are rejected until they have been reviewed.
 */
public final class RestrictedListenerTemplate {
    /** Name of the container that runs the listener, the only one that a template may define. */
    public static final String CONTAINER = "listener";

    /**
     * The longest grace period of a listener's pod, in seconds. It is more than a listener needs to close its session. A
     * pod with the image of a tenant could otherwise stay in the controller's namespace for as long as its template says.
     */
    public static final long MAX_GRACE_SECONDS = 60;

    private static final Set<String> OF_POD = Set.of(
            "activeDeadlineSeconds",
            "affinity",
            "automountServiceAccountToken",
            "containers",
            "dnsConfig",
            "dnsPolicy",
            "enableServiceLinks",
            "hostAliases",
            "hostUsers",
            "hostname",
            "nodeName",
            "nodeSelector",
            "os",
            "overhead",
            "preemptionPolicy",
            "priority",
            "priorityClassName",
            "readinessGates",
            "resources",
            "restartPolicy",
            "runtimeClassName",
            "schedulerName",
            "securityContext",
            "setHostnameAsFQDN",
            "shareProcessNamespace",
            "subdomain",
            "terminationGracePeriodSeconds",
            "tolerations",
            "topologySpreadConstraints",
            "volumes");

    private static final Set<String> VOLUME = Set.of("name", "configMap", "downwardAPI", "emptyDir");

    private static final Set<String> OF_CONTAINER = Set.of(
            "args",
            "command",
            "env",
            "image",
            "imagePullPolicy",
            "lifecycle",
            "livenessProbe",
            "name",
            "ports",
            "readinessProbe",
            "resizePolicy",
            "resources",
            "securityContext",
            "startupProbe",
            "stdin",
            "stdinOnce",
            "terminationMessagePath",
            "terminationMessagePolicy",
            "tty",
            "volumeMounts",
            "workingDir");

    /** What the node executes in the container or requests from it. */
    private static final List<String> HANDLERS =
            List.of("/lifecycle/postStart", "/lifecycle/preStop", "/livenessProbe", "/readinessProbe", "/startupProbe");

    /** No host: the node would send the tenant's request from its own network. */
    private static final Set<String> HTTP_GET = Set.of("httpHeaders", "path", "port", "scheme");

    private static final Set<String> TCP_SOCKET = Set.of("port");
    private static final Set<String> PORT = Set.of("containerPort", "name", "protocol");
    private static final Set<String> VARIABLE_SOURCE = Set.of("configMapKeyRef", "fieldRef", "resourceFieldRef");

    private static final Set<String> SECURITY_CONTEXT = Set.of(
            "appArmorProfile",
            "capabilities",
            "fsGroup",
            "fsGroupChangePolicy",
            "procMount",
            "readOnlyRootFilesystem",
            "runAsGroup",
            "runAsNonRoot",
            "runAsUser",
            "seccompProfile",
            "supplementalGroups",
            "supplementalGroupsPolicy");

    /** Rejected values of accepted fields. */
    private static final Map<String, String> REFUSED_VALUES = Map.of(
            "/appArmorProfile/type", "Unconfined",
            "/seccompProfile/type", "Unconfined",
            "/procMount", "Unmasked",
            "/runAsUser", "0",
            "/runAsNonRoot", "false");

    private RestrictedListenerTemplate() {}

    /**
     * {@return the paths of the fields that are rejected, such as {@code spec.volumes[0].secret}}
     *
     * @param podSpec the template's spec, as JSON
     * @param path path of the spec
     * @param namespace namespace of the scale set; the certificate for its vaults is the only Secret in the controller's
     *     namespace that a volume may mount
     */
    public static Stream<String> refused(JsonNode podSpec, String path, String namespace) {
        String ownSecret = ScaleSetNames.vaultCertificateSecret(namespace);
        return Stream.of(
                        unacceptedFields(podSpec, path, OF_POD),
                        gracePeriod(podSpec, path),
                        securityContext(podSpec, path),
                        each(podSpec, path, "volumes", (volume, at) -> volume(volume, at, ownSecret)),
                        each(podSpec, path, "containers", RestrictedListenerTemplate::container))
                .flatMap(refused -> refused);
    }

    private static Stream<String> volume(JsonNode volume, String path, String ownSecret) {
        String secret = path + ".secret";
        boolean isOwn = volume.at("/secret/secretName").asText().equals(ownSecret);
        return unacceptedFields(volume, path, VOLUME).filter(refused -> !(isOwn && refused.equals(secret)));
    }

    private static Stream<String> container(JsonNode container, String path) {
        if (!CONTAINER.equals(container.path("name").asText())) {
            return Stream.of(path);
        }
        return Stream.of(
                        unacceptedFields(container, path, OF_CONTAINER),
                        HANDLERS.stream()
                                .flatMap(handler -> handler(container.at(handler), path + handler.replace('/', '.'))),
                        securityContext(container, path),
                        each(container, path, "ports", (port, at) -> unacceptedFields(port, at, PORT)),
                        each(
                                container,
                                path,
                                "env",
                                (variable, at) -> unacceptedFields(
                                        variable.path("valueFrom"), at + ".valueFrom", VARIABLE_SOURCE)))
                .flatMap(refused -> refused);
    }

    private static Stream<String> handler(JsonNode handler, String path) {
        return Stream.of(
                        gracePeriod(handler, path),
                        unacceptedFields(handler.path("httpGet"), path + ".httpGet", HTTP_GET),
                        unacceptedFields(handler.path("tcpSocket"), path + ".tcpSocket", TCP_SOCKET))
                .flatMap(refused -> refused);
    }

    /** How long the pod may keep running when it should end. */
    private static Stream<String> gracePeriod(JsonNode owner, String path) {
        JsonNode seconds = owner.path("terminationGracePeriodSeconds");
        return seconds.asLong() > MAX_GRACE_SECONDS
                ? Stream.of(path + ".terminationGracePeriodSeconds")
                : Stream.empty();
    }

    private static Stream<String> securityContext(JsonNode owner, String ownersPath) {
        JsonNode context = owner.path("securityContext");
        String path = ownersPath + ".securityContext";
        Stream<String> added =
                isSet(context.at("/capabilities/add")) ? Stream.of(path + ".capabilities.add") : Stream.of();
        Stream<String> values = REFUSED_VALUES.entrySet().stream()
                .filter(refused ->
                        refused.getValue().equals(context.at(refused.getKey()).asText()))
                .map(refused -> path + refused.getKey().replace('/', '.'));
        return Stream.of(unacceptedFields(context, path, SECURITY_CONTEXT), added, values)
                .flatMap(refused -> refused);
    }

    /** Fields that are not accepted. */
    private static Stream<String> unacceptedFields(JsonNode object, String path, Set<String> accepted) {
        return object.properties().stream()
                .filter(field -> isSet(field.getValue()) && !accepted.contains(field.getKey()))
                .map(field -> path + "." + field.getKey());
    }

    private static Stream<String> each(
            JsonNode owner, String path, String list, BiFunction<JsonNode, String, Stream<String>> check) {
        JsonNode items = owner.path(list);
        return IntStream.range(0, items.size())
                .boxed()
                .flatMap(i -> check.apply(items.get(i), "%s.%s[%d]".formatted(path, list, i)));
    }

    private static boolean isSet(JsonNode value) {
        return switch (value.getNodeType()) {
            case NULL, MISSING -> false;
            case BOOLEAN -> value.asBoolean();
            case ARRAY -> !value.isEmpty();
            case STRING -> !value.asText().isEmpty();
            default -> true;
        };
    }
}
