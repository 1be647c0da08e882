package io.github.arc4j.e2e.helm;

import java.io.IOException;
import java.nio.file.Path;

/** A Helm that works on one cluster. */
interface HelmProgram {
    /** Version, such as {@code v4.1.4}. */
    String version() throws IOException, InterruptedException;

    /** Strictly: a warning fails. */
    void lint(Path chart) throws IOException, InterruptedException;

    /** The manifests. */
    String template(Path chart, Path values) throws IOException, InterruptedException;

    void install(Path chart, HelmRelease release, Path values) throws IOException, InterruptedException;

    /** To the chart's values and these, without those of before. */
    void upgrade(Path chart, HelmRelease release, Path values) throws IOException, InterruptedException;

    /** To the revision before. */
    void rollback(HelmRelease release) throws IOException, InterruptedException;

    void uninstall(HelmRelease release) throws IOException, InterruptedException;
}
