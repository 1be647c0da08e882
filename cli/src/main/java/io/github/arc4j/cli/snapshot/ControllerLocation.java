package io.github.arc4j.cli.snapshot;

import java.util.List;
import java.util.Optional;

/**
 * Where the controller is. Labels prove nothing: tenants can set the controller's labels on their own pods and
 * Deployments.
 *
 * @param namespace namespace of the controller and the listeners; empty if unknown
 * @param isCertain whether somebody vouches for the namespace, so that the objects there may decide to whom
 *     credentials are sent
 * @param candidates namespaces of objects that may be the controller's
 */
public record ControllerLocation(String namespace, boolean isCertain, List<String> candidates) {
    public static final ControllerLocation UNKNOWN = new ControllerLocation("", false, List.of());

    public ControllerLocation {
        candidates = List.copyOf(candidates);
    }

    public static ControllerLocation certain(String namespace) {
        return new ControllerLocation(namespace, true, List.of(namespace));
    }

    /** Without any evidence but the labels. */
    public static ControllerLocation ofLabels(List<String> namespaces) {
        return new ControllerLocation(namespaces.size() == 1 ? namespaces.getFirst() : "", false, namespaces);
    }

    /** Whether several objects may be the controller's, so that none of them is used. */
    public boolean isAmbiguous() {
        return namespace.isEmpty() && !candidates.isEmpty();
    }

    /** Why the namespace is not certain, and what to do about it. */
    public Optional<String> doubt() {
        if (isCertain) {
            return Optional.empty();
        }
        if (isAmbiguous()) {
            return Optional.of(
                    "several namespaces have objects with the controller's labels: %s. Name the one to use with --controller-namespace"
                            .formatted(String.join(", ", candidates)));
        }
        return Optional.of(
                namespace.isEmpty()
                        ? "the controller was not found. Name its namespace with --controller-namespace"
                        : "only labels, which any tenant can set, suggest that the controller is in the namespace %s. If it is, add --controller-namespace=%s"
                                .formatted(namespace, namespace));
    }
}
