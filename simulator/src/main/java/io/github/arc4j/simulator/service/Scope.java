package io.github.arc4j.simulator.service;

import java.util.Locale;

/**
 * An enterprise, organization or repository. Scale sets, runners and tokens belong to one.
 *
 * @param path {@code enterprises/name}, {@code org} or {@code org/repo}, in lower case
 */
public record Scope(String path) {

    /**
     * Reads the path of a config URL.
     *
     * @throws IllegalArgumentException if it is none of the three kinds
     */
    public static Scope parse(String path) {
        String trimmed = path.replaceAll("^/+|/+$", "").toLowerCase(Locale.ROOT);
        if (!trimmed.matches("[^/]+(/[^/]+)?") || trimmed.equals("enterprises")) {
            throw new IllegalArgumentException("neither enterprise, organization nor repository: " + path);
        }
        return new Scope(trimmed);
    }

    /** A path segment that stands for this scope in service URLs. */
    public String tenant() {
        return path.replace('/', '~');
    }

    /** Reads {@link #tenant()}. */
    public static Scope ofTenant(String tenant) {
        return parse(tenant.replace('~', '/'));
    }

    boolean isEnterprise() {
        return path.startsWith("enterprises/");
    }

    /** Whether runners of this scope may run jobs of the repository {@code owner/name}. */
    boolean covers(String repository) {
        String wanted = repository.toLowerCase(Locale.ROOT);
        return isEnterprise() || wanted.equals(path) || wanted.startsWith(path + "/");
    }

    /** A repository whose jobs may run here, for jobs that do not say where they come from. */
    String someRepository() {
        if (isEnterprise()) {
            return path.substring("enterprises/".length()) + "-org/example";
        }
        return path.contains("/") ? path : path + "/example";
    }
}
