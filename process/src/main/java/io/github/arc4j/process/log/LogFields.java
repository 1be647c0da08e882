package io.github.arc4j.process.log;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The context fields of log lines. While a controller reconciles an object, each line has {@code kind}, {@code
 * namespace}, {@code name} and {@code reconcileID}, so messages do not repeat them. Lines about a job have the job's
 * repository, workflow and run.
 */
public final class LogFields implements AutoCloseable {
    private static final String NAMESPACE = "namespace";

    public static final String RECONCILE_ID = "reconcileID";
    /** The step that ended the reconcile. */
    public static final String STEP = "step";

    private final @Nullable Map<String, String> previous = MDC.getCopyOfContextMap();

    private LogFields() {}

    /** Adds fields to this thread's lines; closing restores the previous fields. */
    public static LogFields with(Map<String, String> more) {
        LogFields fields = new LogFields();
        more.forEach(MDC::put);
        return fields;
    }

    /** Sets the object of this thread's lines. */
    public static void putObject(String kind, String namespace, String name) {
        MDC.put("kind", kind);
        if (namespace.isEmpty()) {
            MDC.remove(NAMESPACE);
        } else {
            MDC.put(NAMESPACE, namespace);
        }
        MDC.put("name", name);
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
