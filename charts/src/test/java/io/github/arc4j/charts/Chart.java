package io.github.arc4j.charts;

import com.marcnuri.helm.DryRun;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.InstallCommand;
import com.marcnuri.helm.TemplateCommand;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The charts of this module. */
enum Chart {
    RUNNER_SET("gha-runner-scale-set"),
    CONTROLLER("gha-runner-scale-set-controller");

    private static final Path RESOURCES = Path.of("src", "test", "resources");

    private final String folder;

    Chart(String folder) {
        this.folder = folder;
    }

    String folder() {
        return folder;
    }

    /** The chart's directory, relative to the module. */
    Path path() {
        return Path.of(folder);
    }

    /** The directory of the chart's golden files. */
    Path golden() {
        return RESOURCES.resolve("golden").resolve(folder);
    }

    /** Renders the chart, with its hooks and without its CRDs; later values files override earlier ones. */
    Rendering render(Release release, Path... values) {
        return render(path(), release, values);
    }

    /** The same, but templates can read the CRDs, as in an installation. */
    Rendering renderWithCrds(Release release, Path... values) {
        return renderCopy(HooksAsObjects.withCrds(path()), release, values);
    }

    /** Renders the chart in the given directory in the same way. */
    static Rendering render(Path chart, Release release, Path... values) {
        return renderCopy(HooksAsObjects.in(chart), release, values);
    }

    private static Rendering renderCopy(Path copy, Release release, Path... values) {
        TemplateCommand command = new Helm(copy)
                .template()
                .withName(release.name())
                .withNamespace(release.namespace())
                .withKubeVersion(release.kubeVersion());
        Stream.of(values).forEach(command::withValuesFile);
        return Rendering.of(HooksAsObjects.restore(command.call()));
    }

    /** The notes that Helm prints after the installation. */
    String notes(Release release, Path... values) {
        InstallCommand command = new Helm(path())
                .install()
                .clientOnly()
                .withDryRunOption(DryRun.CLIENT)
                .withName(release.name())
                .withNamespace(release.namespace());
        Stream.of(values).forEach(command::withValuesFile);
        return command.call().getOutput().replaceFirst("(?s).*\nNOTES:\n", "");
    }
}
