package io.github.arc4j.controller.autoscalinglistener;

import io.github.arc4j.process.LogFormat;
import io.github.arc4j.process.LogLevel;
import java.util.Optional;

/**
 * What all listeners have in common, from the controller's flags and environment.
 *
 * @param entryPoint the listener's command in its image
 * @param metricsAddress where listeners serve metrics, such as {@code :8080}; empty if they do not
 * @param metricsEndpoint path of the metrics
 * @param shards where listeners without a pod of their own are
 * @param inquiry how to ask those with one
 * @param caBundle whom those with one trust besides public certificate authorities
 * @param templatePolicy what scale sets may say of the pods
 */
public record ListenerSettings(
        String entryPoint,
        LogLevel logLevel,
        LogFormat logFormat,
        String metricsAddress,
        String metricsEndpoint,
        ListenerShards shards,
        ListenerInquiry inquiry,
        Optional<CaBundle> caBundle,
        ListenerTemplatePolicy templatePolicy) {
    /** Settings for listeners that each have a pod of their own, with templates that are restricted. */
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
                ListenerTemplatePolicy.RESTRICTED);
    }
}
