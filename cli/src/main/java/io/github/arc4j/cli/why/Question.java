package io.github.arc4j.cli.why;

import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.errors.InvalidConfigUrlException;
import io.github.arc4j.cli.snapshot.ScaleSet;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the user asks about. */
public sealed interface Question {
    /**
     * A workflow run, by its URL on GitHub.
     *
     * @param host host of GitHub, in lower case
     * @param id ID of the run
     */
    record Run(String host, String owner, String repository, long id) implements Question {
        /** Whether its jobs may run on the scale set, as far as the cluster shows: runner groups are on GitHub. */
        boolean isCoveredBy(ScaleSet set) {
            ConfigUrl url;
            try {
                url = ConfigUrl.parse(set.object().getSpec().githubConfigUrl());
            } catch (InvalidConfigUrlException e) {
                return false;
            }
            String authority = String.valueOf(url.uri().getRawAuthority()).toLowerCase(Locale.ROOT);
            return host.equals(authority.substring(authority.lastIndexOf('@') + 1))
                    && switch (url.scope()) {
                        // Only GitHub knows which organizations an enterprise has.
                        case ENTERPRISE -> true;
                        case ORGANIZATION -> url.organization().equalsIgnoreCase(owner);
                        case REPOSITORY ->
                            url.organization().equalsIgnoreCase(owner)
                                    && url.repository().equalsIgnoreCase(repository);
                    };
        }

        @Override
        public String toString() {
            return "run %d of %s/%s".formatted(id, owner, repository);
        }
    }

    /**
     * A scale set, a runner, or the ID of a job or a run.
     *
     * @param namespace empty for any
     */
    record Name(String namespace, String name) implements Question {
        boolean isIn(String objectsNamespace) {
            return namespace.isEmpty() || namespace.equals(objectsNamespace);
        }

        @Override
        public String toString() {
            return namespace.isEmpty() ? name : namespace + "/" + name;
        }
    }

    /** The URL of a run, of one of its attempts, or of a job in it. */
    Pattern RUN = Pattern.compile("https?://([^/]+)/([^/]+)/([^/]+)/actions/runs/([0-9]{1,18})(?:[/?#].*)?");

    Pattern OBJECT = Pattern.compile("(?:([a-z0-9.-]+)/)?([A-Za-z0-9._-]+)");

    /**
     * Parses an argument of the command line.
     *
     * @throws IllegalArgumentException if it is neither the URL of a run nor a name
     */
    static Question parse(String text) {
        Matcher run = RUN.matcher(text);
        if (run.matches()) {
            return new Run(
                    run.group(1).toLowerCase(Locale.ROOT), run.group(2), run.group(3), Long.parseLong(run.group(4)));
        }
        Matcher object = OBJECT.matcher(text);
        if (object.matches()) {
            return new Name(object.group(1) == null ? "" : object.group(1), object.group(2));
        }
        throw new IllegalArgumentException(
                "neither the URL of a workflow run nor the name of a scale set, a runner or a job: " + text);
    }
}
