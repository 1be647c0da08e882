package io.github.arc4j.api.v1alpha1;

import static io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type.INTEGER;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Version;
import io.github.arc4j.api.ApiGroup;

/**
 * A runner scale set, as configured by the user. The printer columns for finished and deleting runners are upstream's;
 * no status has these fields.
 */
@Group(ApiGroup.NAME)
@Version(ApiGroup.VERSION)
@Plural("autoscalingrunnersets") // otherwise computed for each new object
@AdditionalPrinterColumn(name = "Minimum Runners", type = INTEGER, jsonPath = ".spec.minRunners")
@AdditionalPrinterColumn(name = "Maximum Runners", type = INTEGER, jsonPath = ".spec.maxRunners")
@AdditionalPrinterColumn(name = "Current Runners", type = INTEGER, jsonPath = ".status.currentRunners")
@AdditionalPrinterColumn(name = "Phase", jsonPath = ".status.phase")
@AdditionalPrinterColumn(name = "Pending Runners", type = INTEGER, jsonPath = ".status.pendingEphemeralRunners")
@AdditionalPrinterColumn(name = "Running Runners", type = INTEGER, jsonPath = ".status.runningEphemeralRunners")
@AdditionalPrinterColumn(name = "Finished Runners", type = INTEGER, jsonPath = ".status.finishedEphemeralRunners")
@AdditionalPrinterColumn(name = "Deleting Runners", type = INTEGER, jsonPath = ".status.deletingEphemeralRunners")
@AdditionalPrinterColumn(name = "Ready", jsonPath = ".status.conditions[?(@.type=='Ready')].status")
@AdditionalPrinterColumn(name = "Reason", jsonPath = ".status.conditions[?(@.type=='Ready')].reason")
public final class AutoscalingRunnerSet extends CustomResource<AutoscalingRunnerSetSpec, AutoscalingRunnerSetStatus>
        implements Namespaced {
    /** Creates an object without values. */
    public AutoscalingRunnerSet() {}

    /** {@return the status; empty if there is none} */
    public AutoscalingRunnerSetStatus statusOrEmpty() {
        return getStatus() == null ? AutoscalingRunnerSetStatus.EMPTY : getStatus();
    }

    @Override
    protected AutoscalingRunnerSetSpec initSpec() {
        return AutoscalingRunnerSetSpec.EMPTY;
    }

    @Override
    protected AutoscalingRunnerSetStatus initStatus() {
        return AutoscalingRunnerSetStatus.EMPTY;
    }
}
