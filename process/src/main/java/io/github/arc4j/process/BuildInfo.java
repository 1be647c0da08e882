package io.github.arc4j.process;

import io.github.arc4j.actions.UserAgent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * The version of this build.
 *
 * @param version version of the project; {@link #DEVELOPMENT} between releases, which every version of the charts
 *     accepts
 * @param commit commit of the sources, {@code NA} if the build did not record it
 */
public record BuildInfo(String version, String commit) {
    /** The version of builds between releases. */
    public static final String DEVELOPMENT = "dev";

    private static final String SNAPSHOT = "-SNAPSHOT";

    /** The build that these classes belong to. */
    public static BuildInfo current() {
        Properties properties = new Properties();
        try (InputStream in = BuildInfo.class.getResourceAsStream("build.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new BuildInfo(released(properties.getProperty("version")), properties.getProperty("commit"));
    }

    /**
     * The user agent with which a process of this build identifies itself to GitHub.
     *
     * @param scaleSetId 0 if the process does not serve a particular one
     */
    public UserAgent userAgent(int scaleSetId, String subsystem) {
        return new UserAgent("actions-runner-controller", version, commit, scaleSetId, subsystem);
    }

    static String released(String version) {
        return version.endsWith(SNAPSHOT) ? DEVELOPMENT : version;
    }
}
