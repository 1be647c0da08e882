package io.github.arc4j.controller.runtime;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The fields of a log line that say what it is about. While a controller reconciles an object, each line has {@code kind},
 * {@code namespace}, {@code name} and {@code reconcileID}, so that messages need not repeat them.
 */
public final class LogFields implements AutoCloseable {
    static final String KIND = "kind";
    static final String NAMESPACE = "namespace";
    static final String NAME = "name";
    static final String RECONCILE_ID = "reconcileID";
    /** Of an Event. */
    static final String REASON = "reason";
    /** Which step ended the reconcile; see {@link Step#run}. */
    static final String STEP = "step";

    private final @Nullable Map<String, String> before = MDC.getCopyOfContextMap();

    private LogFields() {}

    /** Has this thread's lines be about {@code object} until the fields are closed, which brings back those of before. */
    public static LogFields of(HasMetadata object) {
        LogFields fields = new LogFields();
        put(object.getKind(), Request.of(object));
        return fields;
    }

    /** Has this thread's lines be about that object. */
    static void put(String kind, Request request) {
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
        if (before == null) {
            MDC.clear();
        } else {
            MDC.setContextMap(before);
        }
    }
}
