package io.github.arc4j.runtime.events;

import io.fabric8.kubernetes.api.model.HasMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Logs Events, which Kubernetes deletes after an hour: Normal ones at level INFO, Warnings at WARN. */
public final class EventLog {
    private static final Logger log = LoggerFactory.getLogger(EventLog.class);

    private EventLog() {}

    static void log(HasMetadata object, EventRecorder.Type type, String reason, String message) {
        if (!log.isWarnEnabled()) {
            return;
        }
        try (LogFields _ = LogFields.of(object)) {
            MDC.put(LogFields.REASON, reason);
            switch (type) {
                case NORMAL -> log.info("{}: {}", reason, message);
                case WARNING -> log.warn("{}: {}", reason, message);
            }
        }
    }
}
