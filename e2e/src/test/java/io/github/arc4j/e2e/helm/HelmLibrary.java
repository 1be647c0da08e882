package io.github.arc4j.e2e.helm;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.nio.file.Path;

/** Helm as a library, which brings a Helm 3. */
record HelmLibrary(Path kubeConfig) implements HelmProgram {
    @Override
    public String version() {
        return Helm.version().call();
    }

    @Override
    public void lint(Path chart) throws IOException {
        LintResult result = new Helm(chart).lint().strict().call();
        if (result.isFailed()) {
            throw new IOException(String.join("\n", result.getMessages()));
        }
    }

    @Override
    public String template(Path chart, Path values) {
        return new Helm(chart).template().withValuesFile(values).call();
    }

    @Override
    public void install(Path chart, HelmRelease release, Path values) {
        new Helm(chart)
                .install()
                .withName(release.name())
                .withNamespace(release.namespace())
                .withValuesFile(values)
                .withKubeConfig(kubeConfig)
                .call();
    }

    @Override
    public void upgrade(Path chart, HelmRelease release, Path values) {
        new Helm(chart)
                .upgrade()
                .resetValues()
                .withName(release.name())
                .withNamespace(release.namespace())
                .withValuesFile(values)
                .withKubeConfig(kubeConfig)
                .call();
    }

    @Override
    public boolean rollsBack() {
        return false;
    }

    @Override
    public void rollback(HelmRelease release) {
        throw new UnsupportedOperationException("the library has no rollback");
    }

    @Override
    public void uninstall(HelmRelease release) {
        Helm.uninstall(release.name())
                .withNamespace(release.namespace())
                .withKubeConfig(kubeConfig)
                .call();
    }

    @Override
    public String toString() {
        return "library " + version();
    }
}
