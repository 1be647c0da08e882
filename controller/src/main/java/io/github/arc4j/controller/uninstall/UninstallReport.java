package io.github.arc4j.controller.uninstall;

import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Listable;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetStatus;
import io.github.arc4j.api.v1alpha1.Phase;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.kube.conditions.ConditionList;
import io.github.arc4j.controller.kube.conditions.Conditions;
import io.github.arc4j.runtime.cache.ResourceCache;
import io.github.arc4j.runtime.client.KubernetesApi;
import io.github.arc4j.runtime.events.EventRecorder;
import java.time.Clock;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports on every AutoscalingRunnerSet that the controller was uninstalled. Otherwise the status would keep what the
 * controller wrote last, usually that the scale set is ready, although no jobs run and no deletion completes.
 *
 * <p>Only {@code Ready} and the phase are set. A controller always sets {@code Ready}, which replaces this report after
 * the next installation. The other conditions may still be accurate: a listener pod, for example, keeps running without
 * the controller.
 */
public final class UninstallReport {
    private static final Logger log = LoggerFactory.getLogger(UninstallReport.class);

    /** Reason of the condition {@code Ready}, and of the Event. */
    public static final String REASON = "ControllerUninstalled";

    private static final String MESSAGE =
            "the controller was uninstalled: until it is installed again, no jobs are run and no deletion completes";

    private final KubernetesClient client;
    private final ResourceClient<AutoscalingRunnerSet> sets;
    private final Set<String> namespaces;
    private final EventRecorder events;
    private final Clock clock;
    private int found;
    private int reported;

    /** @param namespaces the namespaces that the controller watched; empty for all */
    public UninstallReport(KubernetesApi api, Set<String> namespaces, EventRecorder events, Clock clock) {
        this.client = api.client();
        this.sets = new ResourceClient<>(
                client,
                AutoscalingRunnerSet.class,
                new ResourceCache<>(AutoscalingRunnerSet.class),
                api.json(),
                events,
                clock);
        this.namespaces = Set.copyOf(namespaces);
        this.events = events;
        this.clock = clock;
    }

    /**
     * Reports on all objects; an object that cannot be written is logged and skipped. A second run writes only missing
     * statuses, but emits every Event, because the first may have been terminated between the two.
     *
     * @throws KubernetesClientException if the objects cannot be listed
     */
    public void send() {
        var all = client.resources(AutoscalingRunnerSet.class);
        if (namespaces.isEmpty()) {
            send(all.inAnyNamespace());
        } else {
            namespaces.forEach(namespace -> send(all.inNamespace(namespace)));
        }
        log.info("Marked {} of {} AutoscalingRunnerSets as left without a controller", reported, found);
    }

    /** One by one: a large object takes tens of MiB. */
    private void send(Listable<? extends KubernetesResourceList<AutoscalingRunnerSet>> objects) {
        @Nullable String next = null;
        do {
            ListOptions options =
                    new ListOptionsBuilder().withLimit(1L).withContinue(next).build();
            KubernetesResourceList<AutoscalingRunnerSet> page = ResourceClient.ifFound(() -> objects.list(options));
            if (page == null) {
                return; // the CustomResourceDefinitions are deleted, and the objects with them
            }
            for (AutoscalingRunnerSet set : page.getItems()) {
                found++;
                reported += report(set) ? 1 : 0;
                sets.cache().deleted(set);
            }
            next = page.getMetadata().getContinue();
        } while (next != null && !next.isEmpty());
    }

    private boolean report(AutoscalingRunnerSet set) {
        AutoscalingRunnerSetStatus status =
                Objects.requireNonNullElse(set.getStatus(), AutoscalingRunnerSetStatus.EMPTY);
        ConditionList conditions = new ConditionList(set, status.conditions(), clock.instant())
                .set(Conditions.READY, false, REASON, MESSAGE);
        try {
            sets.patchStatus(
                    set,
                    set.getStatus(),
                    status.toBuilder()
                            .conditions(conditions.list())
                            .phase(Phase.PENDING)
                            .build());
        } catch (KubernetesClientException e) {
            log.warn(
                    "Cannot mark AutoscalingRunnerSet {}/{} as left without a controller: {}",
                    set.getMetadata().getNamespace(),
                    set.getMetadata().getName(),
                    e.getMessage());
            return false;
        }
        events.warning(set, REASON, MESSAGE);
        return true;
    }
}
