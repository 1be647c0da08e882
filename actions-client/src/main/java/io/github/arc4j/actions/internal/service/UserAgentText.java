package io.github.arc4j.actions.internal.service;

import io.github.arc4j.actions.UserAgent;
import io.github.arc4j.actions.internal.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The header {@code User-Agent}: a JSON object with the keys of the Go library, in the same order. */
public final class UserAgentText {
    private UserAgentText() {}

    public static String of(UserAgent userAgent) {
        String build = buildVersion();
        return Json.writeAscii(out -> {
            out.writeStringField("system", userAgent.system());
            out.writeStringField("version", userAgent.version());
            out.writeStringField("commit_sha", userAgent.commitSha());
            out.writeNumberField("scale_set_id", userAgent.scaleSetId());
            out.writeStringField("subsystem", userAgent.subsystem());
            out.writeStringField("build_version", build);
            out.writeStringField("build_commit_sha", build); // the Go library sends the version of a release, too
            out.writeStringField("kind", "scaleset");
        });
    }

    private static String buildVersion() {
        try (InputStream in = UserAgentText.class.getResourceAsStream("build.properties")) {
            if (in == null) {
                return "unknown";
            }
            Properties build = new Properties();
            build.load(in);
            return build.getProperty("version", "unknown");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
