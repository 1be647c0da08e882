package io.github.arc4j.runtime.events;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.github.arc4j.process.log.LogFields;
import io.github.arc4j.runtime.cache.Request;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs Events, which Kubernetes deletes after an hour: Normal ones at level INFO, Warnings at WARN. */
public final class EventLog {
    private static final Logger log = LoggerFactory.getLogger(EventLog.class);

    private EventLog() {}

    static void log(HasMetadata object, EventRecorder.Type type, String reason, String message) {
        if (!log.isWarnEnabled()) {
            return;
        }
        Request key = Request.of(object);
        try (LogFields _ = LogFields.with(Map.of("reason", reason))) {
            LogFields.putObject(object.getKind(), key.namespace(), key.name());
            switch (type) {
                case NORMAL -> log.info("{}: {}", reason, message);
                case WARNING -> log.warn("{}: {}", reason, message);
            }
        }
    }
}
