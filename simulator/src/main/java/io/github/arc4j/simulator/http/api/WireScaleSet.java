package io.github.arc4j.simulator.http.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.arc4j.simulator.ScaleSetView;
import io.github.arc4j.simulator.ScaleSetView.Label;
import io.github.arc4j.simulator.Statistics;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A scale set in its wire format, for requests and responses. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record WireScaleSet(
        int id,
        @Nullable String name,
        int runnerGroupId,
        @Nullable String runnerGroupName,
        @Nullable List<WireLabel> labels,
        @JsonProperty("RunnerSetting") @Nullable RunnerSetting runnerSetting,
        @Nullable String createdOn,
        @Nullable String runnerJitConfigUrl,
        @Nullable Statistics statistics) {

    record WireLabel(@Nullable String type, @Nullable String name) {}

    record RunnerSetting(@Nullable Boolean disableUpdate) {}

    static WireScaleSet of(ScaleSetView view, String serviceUrl) {
        return new WireScaleSet(
                view.id(),
                view.name(),
                view.runnerGroupId(),
                view.runnerGroupName(),
                view.labels().stream()
                        .map(label -> new WireLabel(label.type(), label.name()))
                        .toList(),
                new RunnerSetting(view.disableUpdate()),
                view.createdOn().toString(),
                serviceUrl + "/_apis/runtime/runnerscalesets/" + view.id() + "/generatejitconfig",
                view.statistics());
    }

    /** Labels with a name; null if there is no list. */
    @Nullable List<Label> namedLabels() {
        return labels == null
                ? null
                : labels.stream()
                        .filter(label -> label.name() != null && !label.name().isEmpty())
                        .map(label -> new Label(
                                label.type() == null || label.type().isEmpty() ? "System" : label.type(),
                                String.valueOf(label.name())))
                        .toList();
    }
}
