package io.github.arc4j.api;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which chart versions a controller handles. */
public final class VersionGate {
    private static final String NUMBER = "(0|[1-9][0-9]*)";
    private static final Pattern VERSION = Pattern.compile(NUMBER + "(?:\\." + NUMBER + "(?:\\." + NUMBER + ")?)?");

    private VersionGate() {}

    /**
     * Tells whether a controller may handle an AutoscalingRunnerSet: both have the same major and minor version, or the same
     * version string, or the controller is a development build.
     *
     * @param resourceVersion the AutoscalingRunnerSet's label {@link Labels#VERSION}, empty if there is none
     * @param buildVersion the controller's own version, {@code dev}, or {@code canary-} followed by a commit
     * @return whether the versions are compatible
     */
    public static boolean isVersionAllowed(String resourceVersion, String buildVersion) {
        if (buildVersion.equals("dev") || buildVersion.equals(resourceVersion) || buildVersion.startsWith("canary-")) {
            return true;
        }
        Matcher resource = VERSION.matcher(resourceVersion);
        Matcher build = VERSION.matcher(buildVersion);
        return resource.matches()
                && build.matches()
                && resource.group(1).equals(build.group(1))
                && minor(resource).equals(minor(build));
    }

    private static String minor(Matcher version) {
        String minor = version.group(2);
        return minor == null ? "0" : minor;
    }
}
