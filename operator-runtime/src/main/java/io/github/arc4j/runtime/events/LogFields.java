package io.github.arc4j.runtime.events;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.github.arc4j.runtime.cache.Request;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The context fields of log lines. While a controller reconciles an object, each line has {@code kind}, {@code
 * namespace}, {@code name} and {@code reconcileID}, so messages do not repeat them.
 */
public final class LogFields implements AutoCloseable {
    static final String KIND = "kind";
    static final String NAMESPACE = "namespace";
    static final String NAME = "name";
    public static final String RECONCILE_ID = "reconcileID";
    /** The reason of an Event. */
    static final String REASON = "reason";
    /** The step that ended the reconcile. */
    public static final String STEP = "step";

    private final @Nullable Map<String, String> previous = MDC.getCopyOfContextMap();

    private LogFields() {}

    /** Sets the fields of this thread's lines to {@code object}; closing restores the previous fields. */
    public static LogFields of(HasMetadata object) {
        LogFields fields = new LogFields();
        put(object.getKind(), Request.of(object));
        return fields;
    }

    /** Adds fields to this thread's lines; closing restores the previous fields. */
    public static LogFields with(Map<String, String> more) {
        LogFields fields = new LogFields();
        more.forEach(MDC::put);
        return fields;
    }

    public static void put(String kind, Request request) {
        MDC.put(KIND, kind);
        if (request.namespace().isEmpty()) {
            MDC.remove(NAMESPACE);
        } else {
            MDC.put(NAMESPACE, request.namespace());
        }
        MDC.put(NAME, request.name());
    }

    @Override
    public void close() {
        if (previous == null) {
            MDC.clear();
        } else {
            MDC.setContextMap(previous);
        }
    }
}
