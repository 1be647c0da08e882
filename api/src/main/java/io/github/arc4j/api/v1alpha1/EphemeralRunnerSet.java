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
 * The runners of one runner scale set. The printer columns for finished and deleting runners are upstream's; no status
 * has these fields.
 */
@Group(ApiGroup.NAME)
@Version(ApiGroup.VERSION)
@Plural("ephemeralrunnersets") // otherwise computed for each new object
@AdditionalPrinterColumn(name = "DesiredReplicas", type = INTEGER, jsonPath = ".spec.replicas")
@AdditionalPrinterColumn(name = "CurrentReplicas", type = INTEGER, jsonPath = ".status.currentReplicas")
@AdditionalPrinterColumn(name = "Pending Runners", type = INTEGER, jsonPath = ".status.pendingEphemeralRunners")
@AdditionalPrinterColumn(name = "Running Runners", type = INTEGER, jsonPath = ".status.runningEphemeralRunners")
@AdditionalPrinterColumn(name = "Finished Runners", type = INTEGER, jsonPath = ".status.finishedEphemeralRunners")
@AdditionalPrinterColumn(name = "Deleting Runners", type = INTEGER, jsonPath = ".status.deletingEphemeralRunners")
@AdditionalPrinterColumn(name = "Phase", jsonPath = ".status.phase")
public final class EphemeralRunnerSet extends CustomResource<EphemeralRunnerSetSpec, EphemeralRunnerSetStatus>
        implements Namespaced {
    /** Creates an object without values. */
    public EphemeralRunnerSet() {}

    /** {@return the status; empty if there is none} */
    public EphemeralRunnerSetStatus statusOrEmpty() {
        return getStatus() == null ? EphemeralRunnerSetStatus.EMPTY : getStatus();
    }

    @Override
    protected EphemeralRunnerSetSpec initSpec() {
        return EphemeralRunnerSetSpec.EMPTY;
    }

    @Override
    protected EphemeralRunnerSetStatus initStatus() {
        return EphemeralRunnerSetStatus.EMPTY;
    }
}
