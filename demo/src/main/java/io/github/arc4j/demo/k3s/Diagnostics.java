package io.github.arc4j.demo.k3s;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.github.arc4j.demo.stage.ObjectType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Saves the logs, objects and events needed to analyze a failure in a cluster. */
record Diagnostics(KubernetesClient client, List<String> namespaces, Path folder) {
    /** Saves the logs of all current pods, one file each. */
    void saveLogs() throws IOException {
        Files.createDirectories(folder);
        for (String namespace : namespaces) {
            for (Pod pod : client.pods().inNamespace(namespace).list().getItems()) {
                Files.writeString(folder.resolve(pod.getMetadata().getName() + ".log"), log(pod));
            }
        }
    }

    private String log(Pod pod) {
        try {
            return client.pods().resource(pod).getLog();
        } catch (KubernetesClientException e) {
            return "no log: " + e.getMessage() + "\n";
        }
    }

    /** Saves objects, events and the log of the node. */
    void saveObjects(String nodeLog) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("node.log"), nodeLog);
        for (ObjectType type : ObjectType.custom()) {
            save(type);
        }
        for (ObjectType type : ObjectType.core()) {
            save(type);
        }
        Files.writeString(
                folder.resolve("events.txt"),
                client.v1().events().inAnyNamespace().list().getItems().stream()
                        .map(Diagnostics::line)
                        .collect(Collectors.joining()));
    }

    private void save(ObjectType type) throws IOException {
        Files.writeString(
                folder.resolve(type.kind() + ".yaml"),
                namespaces.stream().map(namespace -> describe(type, namespace)).collect(Collectors.joining()));
    }

    private String describe(ObjectType type, String namespace) {
        try {
            return type.list(client, namespace).stream()
                    // Secrets are saved without their contents.
                    .peek(object -> object.getAdditionalProperties().remove("data"))
                    .map(Serialization::asYaml)
                    .collect(Collectors.joining());
        } catch (KubernetesClientException e) {
            return "# " + e.getMessage() + "\n";
        }
    }

    private static String line(Event event) {
        return "%s %s %s/%s %s: %s%n"
                .formatted(
                        event.getLastTimestamp(),
                        event.getInvolvedObject().getKind(),
                        event.getInvolvedObject().getNamespace(),
                        event.getInvolvedObject().getName(),
                        event.getReason(),
                        event.getMessage());
    }
}
