package io.github.arc4j.controller.tracing;

import io.github.arc4j.process.log.LogText;
import io.github.arc4j.runtime.events.MessageText;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Sends traces to an OpenTelemetry collector over OTLP/HTTP, in batches and in the background. If the collector does not
 * keep up, traces are dropped.
 */
public final class OtlpExport implements AutoCloseable {
    /** The spans of more than 1000 jobs. */
    private static final int MAX_QUEUED_SPANS = 16_384;

    /** Names of jobs and of their workflows are user-controlled text, of any length. */
    private static final int MAX_TEXT = 1024;

    private static final int MAX_ATTRIBUTES = 32;

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(3);

    private final SdkTracerProvider provider;
    private final Tracer tracer;
    private final JobIds ids = new JobIds();

    /** @param version the controller's version */
    public OtlpExport(TracesCollector collector, String version) {
        OtlpHttpSpanExporter exporter = OtlpHttpSpanExporter.builder()
                .setEndpoint(collector.url().toString().replaceFirst("/+$", "") + "/v1/traces")
                .setHeaders(collector::headers)
                .build();
        this.provider = SdkTracerProvider.builder()
                .setResource(Resource.create(Attributes.builder()
                        .put("service.name", "arc4j-controller")
                        .put("service.version", version)
                        .build()))
                .setIdGenerator(ids)
                .setSpanLimits(SpanLimits.builder()
                        .setMaxAttributeValueLength(MAX_TEXT)
                        .setMaxNumberOfAttributes(MAX_ATTRIBUTES)
                        .build())
                .addSpanProcessor(BatchSpanProcessor.builder(exporter)
                        .setMaxQueueSize(MAX_QUEUED_SPANS)
                        .build())
                .build();
        this.tracer = provider.get("io.github.arc4j");
    }

    void send(JobTrace trace) {
        AttributesBuilder attributes = Attributes.builder();
        trace.attributes()
                .forEach((key, value) -> attributes.put(AttributeKey.stringKey(key), LogText.cut(value, MAX_TEXT)));
        Attributes all = attributes.build();
        Span job = ids.with(
                trace.ids(), () -> start(trace.job(), tracer.spanBuilder("job").setNoParent(), all));
        Context parent = Context.root().with(job);
        for (JobTrace.Span step : trace.steps()) {
            start(step, tracer.spanBuilder(step.name()).setParent(parent), all).end(step.end());
        }
        if (!trace.error().isEmpty()) {
            job.setStatus(StatusCode.ERROR, MessageText.of(trace.error(), MAX_TEXT));
        }
        job.end(trace.job().end());
    }

    private static Span start(JobTrace.Span step, SpanBuilder span, Attributes attributes) {
        return span.setStartTimestamp(step.start()).setAllAttributes(attributes).startSpan();
    }

    /** Sends what is left. */
    @Override
    public void close() {
        provider.shutdown().join(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Random IDs, except for the span of a job. */
    private static final class JobIds implements IdGenerator {
        private final IdGenerator random = IdGenerator.random();
        private final ThreadLocal<TraceIds> ofJob = new ThreadLocal<>();

        Span with(TraceIds ids, Supplier<Span> start) {
            ofJob.set(ids);
            try {
                return start.get();
            } finally {
                ofJob.remove();
            }
        }

        @Override
        public String generateTraceId() {
            TraceIds ids = ofJob.get();
            return ids == null ? random.generateTraceId() : ids.trace();
        }

        @Override
        public String generateSpanId() {
            TraceIds ids = ofJob.get();
            return ids == null ? random.generateSpanId() : ids.span();
        }
    }
}
