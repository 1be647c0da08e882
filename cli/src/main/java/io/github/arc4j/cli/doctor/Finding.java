package io.github.arc4j.cli.doctor;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.github.arc4j.cli.snapshot.ScaleSet;
import io.github.arc4j.process.advice.Advice;

/**
 * What a check has found.
 *
 * @param severity how important it is
 * @param object kind, namespace and name of the object; empty if it is about the whole installation
 * @param reason a reason of a condition or pod, or one of the tool
 * @param message for people
 * @param action what to do; empty if there is nothing to do
 * @param documentation URL of the documentation; empty if there is none
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Finding(
        Severity severity, String object, String reason, String message, String action, String documentation) {
    public static Finding of(Severity severity, String object, String reason, String message) {
        Advice advice = Advice.of(reason);
        return new Finding(severity, object, reason, message, advice.action(), advice.documentation());
    }

    public static Finding problem(String object, String reason, String message) {
        return of(Severity.PROBLEM, object, reason, message);
    }

    public static Finding warning(String object, String reason, String message) {
        return of(Severity.WARNING, object, reason, message);
    }

    public static Finding ok(String object, String message) {
        return of(Severity.OK, object, "", message);
    }

    public static Finding unknown(String object, String message) {
        return of(Severity.UNKNOWN, object, "", message);
    }

    /** How findings name a scale set. */
    public static String name(ScaleSet set) {
        return name(set.object());
    }

    public static String name(HasMetadata object) {
        String namespace = object.getMetadata().getNamespace();
        return "%s %s%s"
                .formatted(
                        object.getKind(),
                        namespace == null || namespace.isEmpty() ? "" : namespace + "/",
                        object.getMetadata().getName());
    }
}
