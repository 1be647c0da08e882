package io.github.arc4j.demo.k3s;

import com.marcnuri.helm.Helm;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Installs and uninstalls charts with Helm.
 *
 * @param folder directory that contains the charts
 */
record Charts(Path folder, String kubeConfig) {
    void install(String chart, String release, String namespace, Map<String, ?> values) throws IOException {
        Path file = Files.createTempFile("values", ".yaml");
        try {
            Files.writeString(file, Serialization.asYaml(values));
            new Helm(folder.resolve(chart))
                    .install()
                    .withName(release)
                    .withNamespace(namespace)
                    .withValuesFile(file)
                    .withKubeConfigContents(kubeConfig)
                    .call();
        } finally {
            Files.delete(file);
        }
    }

    void uninstall(String release, String namespace) {
        Helm.uninstall(release)
                .withNamespace(namespace)
                .withKubeConfigContents(kubeConfig)
                .call();
    }
}
