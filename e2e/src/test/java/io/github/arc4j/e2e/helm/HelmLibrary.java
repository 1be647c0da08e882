package io.github.arc4j.e2e.helm;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.file.Files;
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
        // Unlike helm template, the library would look up the CRDs in a cluster.
        return new Helm(chart)
                .template()
                .withValuesFile(values)
                .set("crds.upgrade", false)
                .call();
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

    /**
     * No version of the library offers a rollback. This one does the same with what it offers: an upgrade to the stored
     * chart and values of the revision before, which render that revision's manifests again. What it does not show is
     * Helm's own command; {@link HelmBinary} does.
     */
    @Override
    public void rollback(HelmRelease release) throws IOException {
        Config access = Config.fromKubeconfig(Files.readString(kubeConfig));
        try (KubernetesClient client =
                new KubernetesClientBuilder().withConfig(access).build()) {
            StoredRelease stored = StoredRelease.beforeTheLast(client, release);
            Path folder = Files.createTempDirectory(kubeConfig.getParent(), "stored");
            Path values = stored.writeValues(folder.resolve("given.yaml"));
            upgrade(stored.writeChart(Files.createDirectory(folder.resolve("chart"))), release, values);
        }
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
