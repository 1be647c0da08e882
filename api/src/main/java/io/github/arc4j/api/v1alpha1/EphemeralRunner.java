package io.github.arc4j.api.v1alpha1;

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
@AdditionalPrinterColumn(
        name = "GitHub Config URL",
        type = AdditionalPrinterColumn.Type.STRING,
        jsonPath = ".spec.githubConfigUrl")
@AdditionalPrinterColumn(name = "RunnerId", type = AdditionalPrinterColumn.Type.NUMBER, jsonPath = ".status.runnerId")
@AdditionalPrinterColumn(name = "Phase", type = AdditionalPrinterColumn.Type.STRING, jsonPath = ".status.phase")
@AdditionalPrinterColumn(
        name = "JobRepository",
        type = AdditionalPrinterColumn.Type.STRING,
        jsonPath = ".status.jobRepositoryName")
@AdditionalPrinterColumn(
        name = "JobWorkflowRef",
        type = AdditionalPrinterColumn.Type.STRING,
        jsonPath = ".status.jobWorkflowRef")
@AdditionalPrinterColumn(
        name = "WorkflowRunId",
        type = AdditionalPrinterColumn.Type.NUMBER,
        jsonPath = ".status.workflowRunId")
@AdditionalPrinterColumn(
        name = "JobDisplayName",
        type = AdditionalPrinterColumn.Type.STRING,
        jsonPath = ".status.jobDisplayName")
@AdditionalPrinterColumn(name = "JobId", type = AdditionalPrinterColumn.Type.STRING, jsonPath = ".status.jobId")
@AdditionalPrinterColumn(name = "Message", type = AdditionalPrinterColumn.Type.STRING, jsonPath = ".status.message")
@AdditionalPrinterColumn(
        name = "Age",
        type = AdditionalPrinterColumn.Type.DATE,
        jsonPath = ".metadata.creationTimestamp")
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
