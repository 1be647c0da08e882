package io.github.arc4j.cli.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSpec;
import io.github.arc4j.cli.snapshot.JobFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Lists objects in pages, and keeps only what reports need. In the controller's pod, the tool shares the memory limit of
 * the controller.
 */
final class Pages {
    private static final long PAGE = 100;

    private Pages() {}

    static <T extends HasMetadata, L extends KubernetesResourceList<T>> List<T> list(
            FilterWatchListDeletable<T, L, ? extends Resource<T>> objects) {
        List<T> all = new ArrayList<>();
        String next = null;
        do {
            ListOptions options =
                    new ListOptionsBuilder().withLimit(PAGE).withContinue(next).build();
            L page = objects.list(options);
            page.getItems().forEach(Pages::trim);
            all.addAll(page.getItems());
            next = page.getMetadata() == null ? null : page.getMetadata().getContinue();
        } while (next != null && !next.isEmpty());
        return all;
    }

    private static void trim(HasMetadata object) {
        List<ManagedFieldsEntry> entries =
                Objects.requireNonNullElse(object.getMetadata().getManagedFields(), List.of());
        object.getMetadata()
                .setManagedFields(
                        entries.stream().filter(JobFields::containsJob).toList());
        if (object instanceof EphemeralRunner runner) {
            runner.setSpec(EphemeralRunnerSpec.EMPTY);
        }
    }
}
