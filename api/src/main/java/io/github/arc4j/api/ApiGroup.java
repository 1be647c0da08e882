package io.github.arc4j.api;

/** The API group of the custom resources. */
public final class ApiGroup {
    /** Name of the group. */
    public static final String NAME = "actions.github.com";

    /** The only version of all four kinds. */
    public static final String VERSION = "v1alpha1";

    /** Path of the custom resources in the API of Kubernetes, without a slash at the end. */
    public static final String PATH = "/apis/" + NAME + "/" + VERSION;

    private ApiGroup() {}
}
