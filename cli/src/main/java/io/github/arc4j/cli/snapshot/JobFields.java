package io.github.arc4j.cli.snapshot;

import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import java.util.Map;

/** The API server's record of who wrote which fields, and when. */
public final class JobFields {
    private JobFields() {}

    /** Whether the entry shows when an EphemeralRunner received its job. */
    public static boolean containsJob(ManagedFieldsEntry entry) {
        return entry.getFieldsV1() != null
                && entry.getFieldsV1().getAdditionalProperties().get("f:status") instanceof Map<?, ?> status
                && status.containsKey("f:jobId");
    }
}
