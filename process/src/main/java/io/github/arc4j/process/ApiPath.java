package io.github.arc4j.process;

/** Paths of the Kubernetes API. */
public final class ApiPath {
    private static final String NAMESPACES = "/namespaces/";

    private ApiPath() {}

    /** The namespace in a path; empty for all namespaces and for objects outside of namespaces. */
    public static String namespace(String path) {
        int start = path.indexOf(NAMESPACES);
        if (start < 0) {
            return "";
        }
        int name = start + NAMESPACES.length();
        int end = path.indexOf('/', name);
        return end < 0 ? path.substring(name) : path.substring(name, end);
    }
}
