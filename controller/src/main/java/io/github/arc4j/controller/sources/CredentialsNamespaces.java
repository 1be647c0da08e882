package io.github.arc4j.controller.sources;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the Secrets with GitHub credentials are: beside the scale sets, unless the operator keeps those of a namespace in
 * another one, which jobs cannot read. Tenants have no say in it, so none can name the credentials of another.
 *
 * @param byNamespace the namespace of the Secrets by the namespace of the scale sets
 */
public record CredentialsNamespaces(Map<String, String> byNamespace) {
    /** All credentials are beside their scale sets. */
    public static final CredentialsNamespaces OWN = new CredentialsNamespaces(Map.of());

    private static final Pattern ENTRY = Pattern.compile("([a-z0-9-]+)=([a-z0-9-]+)");

    public CredentialsNamespaces {
        byNamespace = Map.copyOf(byNamespace);
    }

    /**
     * Reads entries such as {@code team-a=team-a-credentials}.
     *
     * @throws IllegalArgumentException with what to write instead
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

    /** The namespace of the credentials of scale sets in this one. */
    public String of(String namespace) {
        return byNamespace.getOrDefault(namespace, namespace);
    }
}
