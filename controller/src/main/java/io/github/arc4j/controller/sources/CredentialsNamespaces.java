package io.github.arc4j.controller.sources;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The namespaces that hold the Secrets with GitHub credentials: the scale set's own, unless the operator keeps them in
 * another namespace, which jobs cannot read. Only the operator configures this, so a tenant cannot refer to the
 * credentials of another.
 *
 * @param byNamespace the Secrets' namespace, keyed by the scale sets' namespace
 */
public record CredentialsNamespaces(Map<String, String> byNamespace) {
    /** All credentials are in the namespaces of their scale sets. */
    public static final CredentialsNamespaces OWN = new CredentialsNamespaces(Map.of());

    private static final Pattern ENTRY = Pattern.compile("([a-z0-9-]+)=([a-z0-9-]+)");

    public CredentialsNamespaces {
        byNamespace = Map.copyOf(byNamespace);
    }

    /**
     * Reads entries such as {@code team-a=team-a-credentials}.
     *
     * @throws IllegalArgumentException if an entry is invalid; the message completes a sentence about the flag
     */
    public static CredentialsNamespaces of(List<String> entries) {
        Map<String, String> byNamespace = new HashMap<>();
        for (String entry : entries) {
            Matcher parts = ENTRY.matcher(entry);
            if (!parts.matches()) {
                throw new IllegalArgumentException(
                        "\"%s\" is not of the form team-a=team-a-credentials".formatted(entry));
            }
            if (byNamespace.put(parts.group(1), parts.group(2)) != null) {
                throw new IllegalArgumentException("names the namespace %s twice".formatted(parts.group(1)));
            }
        }
        return new CredentialsNamespaces(byNamespace);
    }

    /** The namespace that holds the credentials of scale sets in {@code namespace}. */
    public String of(String namespace) {
        return byNamespace.getOrDefault(namespace, namespace);
    }
}
