package io.github.arc4j.api.v1alpha1;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Version;
import io.github.arc4j.api.ApiGroup;

/** The listener of one runner scale set. */
@Group(ApiGroup.NAME)
@Version(ApiGroup.VERSION)
@Plural("autoscalinglisteners") // otherwise computed for each new object
@AdditionalPrinterColumn(name = "GitHub Configure URL", jsonPath = ".spec.githubConfigUrl")
@AdditionalPrinterColumn(name = "AutoscalingRunnerSet Namespace", jsonPath = ".spec.autoscalingRunnerSetNamespace")
@AdditionalPrinterColumn(name = "AutoscalingRunnerSet Name", jsonPath = ".spec.autoscalingRunnerSetName")
@AdditionalPrinterColumn(name = "Ready", jsonPath = ".status.conditions[?(@.type=='Ready')].status")
@AdditionalPrinterColumn(name = "Reason", jsonPath = ".status.conditions[?(@.type=='Ready')].reason")
public final class AutoscalingListener extends CustomResource<AutoscalingListenerSpec, AutoscalingListenerStatus>
        implements Namespaced {
    /** Creates an object without values. */
    public AutoscalingListener() {}

    /** {@return the status; empty if there is none} */
    public AutoscalingListenerStatus statusOrEmpty() {
        return getStatus() == null ? AutoscalingListenerStatus.EMPTY : getStatus();
    }

    @Override
    protected AutoscalingListenerSpec initSpec() {
        return AutoscalingListenerSpec.EMPTY;
    }

    @Override
    protected AutoscalingListenerStatus initStatus() {
        return AutoscalingListenerStatus.EMPTY;
    }
}
