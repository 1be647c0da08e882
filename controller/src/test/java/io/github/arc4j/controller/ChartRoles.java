package io.github.arc4j.controller;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.github.arc4j.controller.cluster.TestCluster;
import io.github.arc4j.kube.http.ApiRequest;
import io.github.arc4j.kube.http.Fault;
import io.github.arc4j.kube.http.Faults;
import io.github.arc4j.kube.object.ApiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The permissions that the charts' roles, as in their golden files, grant the controller. Records which ones are used.
 */
public final class ChartRoles {
    static final String CONTROLLER = "gha-runner-scale-set-controller/";
    static final String SCALE_SET = "gha-runner-scale-set/";

    /** Kinds whose objects the controller reads even without a conflict, or never reads. */
    private static final Set<String> ALWAYS_READ_OR_NEVER = Set.of("secrets", "events");

    private static final Path GOLDEN = Path.of("..", "charts", "src", "test", "resources", "golden");

    /** Prepared once, because each preparation takes longer than reading the roles. */
    private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

    /**
     * @param namespace empty for all
     * @param bound whether the role is currently bound to the controller
     */
    private record Grant(
            String namespace, BooleanSupplier bound, PolicyRule rule, String group, String resource, String verb) {
        boolean allows(ApiRequest request) {
            return bound.getAsBoolean()
                    && (namespace.isEmpty() || namespace.equals(request.namespace()))
                    && group.equals(request.group())
                    && resource.equals(request.target())
                    && verb.equals(request.verb())
                    && (rule.getResourceNames().isEmpty()
                            || rule.getResourceNames().contains(request.name()));
        }

        @Override
        public String toString() {
            return verb + " " + resource + (namespace.isEmpty() ? "" : " in " + namespace);
        }
    }

    private final List<Grant> grants = new ArrayList<>();
    private final Set<Grant> used = ConcurrentHashMap.newKeySet();
    private final Set<String> refused = ConcurrentHashMap.newKeySet();

    /**
     * Adds the roles of a golden file.
     *
     * @param watchedNamespace of roles whose names say that they are for the watched namespace
     */
    ChartRoles add(String file, String namespace, String watchedNamespace) throws IOException {
        for (HasMetadata object : objects(file)) {
            if (object instanceof ClusterRole role) {
                add("", role.getRules());
            } else if (object instanceof Role role && !isForSharedListeners(role)) {
                boolean watched = role.getMetadata().getName().endsWith("-watch");
                add(watched ? watchedNamespace : namespace, role.getRules());
            }
        }
        return this;
    }

    /** Its name ends with this; it is bound to the shared listeners' service accounts, not to the controller's. */
    private static boolean isForSharedListeners(Role role) {
        return role.getMetadata().getName().endsWith("-shared-listener");
    }

    /**
     * Adds the roles of a golden file that apply in one namespace, as long as they are bound there.
     *
     * @param bound whether a RoleBinding and its Role exist
     */
    ChartRoles addWhile(BooleanSupplier bound, String file, String namespace) throws IOException {
        for (HasMetadata object : objects(file)) {
            if (object instanceof Role role && !isForSharedListeners(role)) {
                add(namespace, bound, role.getRules());
            }
        }
        return this;
    }

    /** Adds those that hold in one namespace only: other golden files leave them out if they are the same. */
    ChartRoles addNamespaced(String file, String namespace) throws IOException {
        return addWhile(() -> true, file, namespace);
    }

    /** Adds the role of the report of an uninstallation, which no other has at that time. */
    ChartRoles addUninstallReport(String file, String watchedNamespace) throws IOException {
        for (HasMetadata object : objects(file, true)) {
            if (object instanceof ClusterRole role) {
                add("", role.getRules());
            } else if (object instanceof Role role) {
                add(watchedNamespace, role.getRules());
            }
        }
        return this;
    }

    /** The roles of a golden file that a release has. */
    public static List<HasMetadata> objects(String file) throws IOException {
        return objects(file, false);
    }

    private static List<HasMetadata> objects(String file, boolean hooks) throws IOException {
        List<HasMetadata> objects = new ArrayList<>();
        for (String document : Files.readString(GOLDEN.resolve(file)).split("(?m)^---\n")) {
            boolean isRole = document.contains("kind: Role\n") || document.contains("kind: ClusterRole\n");
            if (isRole && document.contains(" helm.sh/hook: ") == hooks) {
                objects.add(SERIALIZATION.unmarshal(document));
            }
        }
        return objects;
    }

    private void add(String namespace, List<PolicyRule> rules) {
        add(namespace, () -> true, rules);
    }

    private void add(String namespace, BooleanSupplier bound, List<PolicyRule> rules) {
        for (PolicyRule rule : rules) {
            for (String group : rule.getApiGroups()) {
                for (String resource : rule.getResources()) {
                    rule.getVerbs()
                            .forEach(verb -> grants.add(new Grant(namespace, bound, rule, group, resource, verb)));
                }
            }
        }
    }

    /** Refuses all other requests of the controller. */
    void enforce(Faults faults) {
        enforce(faults, () -> this);
    }

    /** The same with roles that change. */
    static void enforce(Faults faults, Supplier<ChartRoles> roles) {
        faults.inject(
                Fault.when(request -> isOfController(request) && !roles.get().allow(request))
                        .always()
                        .answer(403));
    }

    /**
     * Also records what a real API server would refuse because of the content of a created object. The first creation
     * of each kind in each namespace is answered like a repeated request whose first response was lost, so that the
     * controller must read what it has created.
     */
    static void enforceWithRepeatedCreations(TestCluster kube, Supplier<ChartRoles> roles) {
        enforce(kube.faults(), roles);
        Set<String> repeated = ConcurrentHashMap.newKeySet();
        kube.faults()
                .inject(Fault.when(request ->
                                isOfController(request) && request.verb().equals("create"))
                        .always()
                        .afterEffect()
                        .meanwhile(request -> {
                            kube.store()
                                    .resource(request.resource())
                                    .find(request.namespace(), request.name())
                                    .ifPresent(created -> roles.get().allowContent(request, created.json()));
                            if (!ALWAYS_READ_OR_NEVER.contains(request.resource())
                                    && repeated.add(request.resource() + " in " + request.namespace())) {
                                throw new ApiException(409, "AlreadyExists", "repeated");
                            }
                        }));
    }

    private static boolean isOfController(ApiRequest request) {
        return request.userAgent().equals("controller");
    }

    private void allowContent(ApiRequest creation, JsonNode created) {
        // The admission plugin OwnerReferencesPermissionEnforcement, which OpenShift enables.
        for (JsonNode owner : created.at("/metadata/ownerReferences")) {
            if (owner.path("blockOwnerDeletion").asBoolean()) {
                String group = owner.path("apiVersion").asText().split("/")[0];
                String plural = owner.path("kind").asText().toLowerCase(Locale.ROOT) + "s";
                allow(implied(
                        creation,
                        "update",
                        group,
                        plural + "/finalizers",
                        owner.path("name").asText()));
            }
        }
        // Nobody can grant permissions that they do not have.
        for (JsonNode rule : created.path("rules")) {
            PolicyRule granted = SERIALIZATION.convertValue(rule, PolicyRule.class);
            List<String> names = granted.getResourceNames().isEmpty() ? List.of("") : granted.getResourceNames();
            for (String group : granted.getApiGroups()) {
                for (String resource : granted.getResources()) {
                    for (String verb : granted.getVerbs()) {
                        names.forEach(name -> allow(implied(creation, verb, group, resource, name)));
                    }
                }
            }
        }
    }

    private static ApiRequest implied(ApiRequest creation, String verb, String group, String target, String name) {
        String[] resource = target.split("/");
        return new ApiRequest(
                creation.userAgent(),
                verb,
                group,
                resource[0],
                resource.length > 1 ? resource[1] : "",
                creation.namespace(),
                name);
    }

    private boolean allow(ApiRequest request) {
        List<Grant> allowing =
                grants.stream().filter(grant -> grant.allows(request)).toList();
        used.addAll(allowing);
        if (allowing.isEmpty()) {
            refused.add("%s %s %s/%s".formatted(request.verb(), request.target(), request.namespace(), request.name()));
        }
        return !allowing.isEmpty();
    }

    Set<String> refused() {
        return refused;
    }

    /** Permissions that were never needed, in the words of RBAC. */
    List<String> unused() {
        Stream<Grant> unused = grants.stream().filter(grant -> !used.contains(grant));
        return unused.map(Grant::toString).distinct().sorted().toList();
    }
}
