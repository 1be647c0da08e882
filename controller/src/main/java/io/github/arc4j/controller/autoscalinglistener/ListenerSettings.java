package io.github.arc4j.controller.autoscalinglistener;

import io.github.arc4j.api.ListenerPodMetadata;
import io.github.arc4j.controller.autoscalinglistener.pod.CaBundle;
import io.github.arc4j.controller.autoscalinglistener.pod.ListenerInquiry;
import io.github.arc4j.controller.autoscalinglistener.pod.ListenerTemplatePolicy;
import io.github.arc4j.process.log.LogFormat;
import io.github.arc4j.process.log.LogLevel;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Optional;

/**
 * Settings that all listeners share, from the controller's flags and environment variables.
 *
 * @param entryPoint the listener's command in its image
 * @param metricsAddress address on which listeners serve metrics, such as {@code :8080}; empty if disabled
 * @param metricsEndpoint URL path of the metrics
 * @param shards the shared listeners, which run the listeners that have no dedicated pod
 * @param inquiry how to ask a dedicated pod why it is not ready
 * @param caBundle certificate authorities that dedicated pods trust in addition to the public ones
 * @param templatePolicy which settings of the pods scale sets may override
 * @param podMetadata which labels and annotations scale sets may give the pods
 */
@RecordBuilder
public record ListenerSettings(
        String entryPoint,
        LogLevel logLevel,
        LogFormat logFormat,
        String metricsAddress,
        String metricsEndpoint,
        ListenerShards shards,
        ListenerInquiry inquiry,
        Optional<CaBundle> caBundle,
        ListenerTemplatePolicy templatePolicy,
        ListenerPodMetadata podMetadata) {
    /** Settings for dedicated listener pods with restricted templates. */
    public ListenerSettings(
            String entryPoint, LogLevel logLevel, LogFormat logFormat, String metricsAddress, String metricsEndpoint) {
        this(
                entryPoint,
                logLevel,
                logFormat,
                metricsAddress,
                metricsEndpoint,
                ListenerShards.NONE,
                ListenerInquiry.NONE,
                Optional.empty(),
                ListenerTemplatePolicy.RESTRICTED,
                ListenerPodMetadata.DEFAULT);
    }
}
