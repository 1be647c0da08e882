package io.github.arc4j.process;

/** Paths of the Kubernetes API. */
public final class ApiPath {
    private static final String NAMESPACES = "/namespaces/";

    private ApiPath() {}

    /** The namespace in a path; empty for all namespaces and for objects outside of namespaces. */
    public static String namespace(String path) {
        int start = path.indexOf(NAMESPACES);
        return start < 0 ? "" : segment(path, start + NAMESPACES.length());
    }

    /** The resource in the path of an object in a namespace, or of all of them; empty for other paths. */
    public static String resource(String path) {
        String namespace = namespace(path);
        int start = path.indexOf(NAMESPACES) + NAMESPACES.length() + namespace.length() + 1;
        return namespace.isEmpty() || start > path.length() ? "" : segment(path, start);
    }

    private static String segment(String path, int start) {
        int end = path.indexOf('/', start);
        return end < 0 ? path.substring(start) : path.substring(start, end);
    }
}
