package io.github.arc4j.api.v1alpha1;

import static io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type.DATE;
import static io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type.NUMBER;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Version;
import io.github.arc4j.api.ApiGroup;

/** One runner, registered for one job. */
@Group(ApiGroup.NAME)
@Version(ApiGroup.VERSION)
@Plural("ephemeralrunners") // otherwise computed for each new object
@AdditionalPrinterColumn(name = "GitHub Config URL", jsonPath = ".spec.githubConfigUrl")
@AdditionalPrinterColumn(name = "RunnerId", type = NUMBER, jsonPath = ".status.runnerId")
@AdditionalPrinterColumn(name = "Phase", jsonPath = ".status.phase")
@AdditionalPrinterColumn(name = "JobRepository", jsonPath = ".status.jobRepositoryName")
@AdditionalPrinterColumn(name = "JobWorkflowRef", jsonPath = ".status.jobWorkflowRef")
@AdditionalPrinterColumn(name = "WorkflowRunId", type = NUMBER, jsonPath = ".status.workflowRunId")
@AdditionalPrinterColumn(name = "JobDisplayName", jsonPath = ".status.jobDisplayName")
@AdditionalPrinterColumn(name = "JobId", jsonPath = ".status.jobId")
@AdditionalPrinterColumn(name = "Message", jsonPath = ".status.message")
@AdditionalPrinterColumn(name = "Age", type = DATE, jsonPath = ".metadata.creationTimestamp")
public final class EphemeralRunner extends CustomResource<EphemeralRunnerSpec, EphemeralRunnerStatus>
        implements Namespaced {
    /** Creates an object without values. */
    public EphemeralRunner() {}

    /** {@return the status; empty if there is none} */
    public EphemeralRunnerStatus statusOrEmpty() {
        return getStatus() == null ? EphemeralRunnerStatus.EMPTY : getStatus();
    }

    /** {@return whether the listener has reported a job} */
    public boolean hasJob() {
        return statusOrEmpty().hasJob();
    }

    @Override
    protected EphemeralRunnerSpec initSpec() {
        return EphemeralRunnerSpec.EMPTY;
    }

    @Override
    protected EphemeralRunnerStatus initStatus() {
        return EphemeralRunnerStatus.EMPTY;
    }
}
