package io.github.arc4j.simulator.service.state;

import java.util.Locale;

/**
 * An enterprise, organization or repository to which scale sets, runners and tokens belong.
 *
 * @param path {@code enterprises/name}, {@code org} or {@code org/repo}, in lower case
 */
public record Scope(String path) {

    /**
     * Parses the path of a config URL.
     *
     * @throws IllegalArgumentException if the path is none of the three kinds
     */
    public static Scope parse(String path) {
        String trimmed = path.replaceAll("^/+|/+$", "").toLowerCase(Locale.ROOT);
        if (!trimmed.matches("[^/]+(/[^/]+)?") || trimmed.equals("enterprises")) {
            throw new IllegalArgumentException("not an enterprise, organization or repository: " + path);
        }
        return new Scope(trimmed);
    }

    /** The path segment that represents this scope in service URLs. */
    public String tenant() {
        return path.replace('/', '~');
    }

    /** Parses {@link #tenant()}. */
    public static Scope ofTenant(String tenant) {
        return parse(tenant.replace('~', '/'));
    }

    boolean isEnterprise() {
        return path.startsWith("enterprises/");
    }

    /** Whether runners of this scope may run jobs of the repository {@code owner/name}. */
    boolean covers(String repository) {
        String lowerCase = repository.toLowerCase(Locale.ROOT);
        return isEnterprise() || lowerCase.equals(path) || lowerCase.startsWith(path + "/");
    }

    /** A repository in this scope, for jobs that do not specify their repository. */
    String someRepository() {
        if (isEnterprise()) {
            return path.substring("enterprises/".length()) + "-org/example";
        }
        return path.contains("/") ? path : path + "/example";
    }
}
