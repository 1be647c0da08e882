package io.github.arc4j.api;

/** The API group of the custom resources. */
public final class ApiGroup {
    public static final String NAME = "actions.github.com";
    public static final String VERSION = "v1alpha1";

    private ApiGroup() {}
}
