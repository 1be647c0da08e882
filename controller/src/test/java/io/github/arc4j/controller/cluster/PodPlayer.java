package io.github.arc4j.controller.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.SecretKeySelector;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.github.arc4j.kube.pods.PodContext;
import io.github.arc4j.kube.pods.PodRuntime;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Plays the node of unscheduled pods: runs code in place of their containers and reports the result. */
final class PodPlayer implements ResourceEventHandler<Pod>, AutoCloseable {
    private static final int TERMINATED = 143;

    private final KubernetesClient client;
    private final PodRuntime runtime;
    private final Map<String, Thread> running = new ConcurrentHashMap<>();
    private final List<SharedIndexInformer<Pod>> informers;

    PodPlayer(KubernetesClient client, Set<String> namespaces, PodRuntime runtime) {
        this.client = client;
        this.runtime = runtime;
        informers = namespaces.stream()
                .map(namespace -> client.pods().inNamespace(namespace).inform(this))
                .toList();
    }

    @Override
    public void onAdd(Pod pod) {
        running.put(pod.getMetadata().getUid(), Thread.ofVirtual().start(() -> play(pod)));
    }

    @Override
    public void onUpdate(Pod before, Pod after) {}

    @Override
    public void onDelete(Pod pod, boolean unknownState) {
        Thread thread = running.remove(pod.getMetadata().getUid());
        if (thread != null) {
            thread.interrupt();
        }
    }

    private void play(Pod pod) {
        report(pod, "Running", """
            {"running": {"startedAt": "%s"}}
            """.formatted(Instant.now().truncatedTo(ChronoUnit.SECONDS)));
        int exitCode;
        try {
            exitCode = runtime.run(new Context(pod));
        } catch (InterruptedException e) {
            exitCode = TERMINATED;
        } catch (Exception e) {
            exitCode = 1;
        }
        report(pod, exitCode == 0 ? "Succeeded" : "Failed", """
            {"terminated": {"exitCode": %d}}
            """.formatted(exitCode));
    }

    private void report(Pod pod, String phase, String state) {
        try {
            client.pods()
                    .inNamespace(pod.getMetadata().getNamespace())
                    .withName(pod.getMetadata().getName())
                    .subresource("status")
                    .patch(PatchContext.of(PatchType.JSON_MERGE), """
                        {"metadata": {"uid": "%s"}, "status": {"phase": "%s", "containerStatuses": [{"name": "%s", "image": "",
                         "imageID": "", "restartCount": 0, "ready": %b, "state": %s}]}}
                        """.formatted(
                                    pod.getMetadata().getUid(),
                                    phase,
                                    mainContainer(pod).getName(),
                                    phase.equals("Running"),
                                    state));
        } catch (KubernetesClientException e) {
            // It has been deleted, this thread perhaps not yet told so, and perhaps another pod has its name.
            if (running.containsKey(pod.getMetadata().getUid())
                    && e.getCode() != HttpURLConnection.HTTP_NOT_FOUND
                    && e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
        }
    }

    private static Container mainContainer(Pod pod) {
        return pod.getSpec().getContainers().getFirst();
    }

    private final class Context implements PodContext {
        private final Pod pod;

        Context(Pod pod) {
            this.pod = pod;
        }

        @Override
        public JsonNode pod() {
            return client.getKubernetesSerialization().convertValue(pod, JsonNode.class);
        }

        @Override
        public String namespace() {
            return pod.getMetadata().getNamespace();
        }

        @Override
        public String name() {
            return pod.getMetadata().getName();
        }

        @Override
        public String mainContainer() {
            return PodPlayer.mainContainer(pod).getName();
        }

        @Override
        public Map<String, String> environment(String name) {
            Map<String, String> environment = new HashMap<>();
            for (Container container : pod.getSpec().getContainers()) {
                if (container.getName().equals(name)) {
                    container.getEnv().forEach(variable -> environment.put(variable.getName(), value(variable)));
                }
            }
            return environment;
        }

        private String value(EnvVar variable) {
            if (variable.getValueFrom() == null) {
                return variable.getValue() == null ? "" : variable.getValue();
            }
            SecretKeySelector key = variable.getValueFrom().getSecretKeyRef();
            String encoded = client.secrets()
                    .inNamespace(namespace())
                    .withName(key.getName())
                    .require()
                    .getData()
                    .get(key.getKey());
            return new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
        }

        @Override
        public Map<String, byte[]> volume(String name) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void ready(boolean ready) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void exit(String container, int exitCode) {
            throw new UnsupportedOperationException();
        }
    }

    @Override
    public void close() {
        informers.forEach(SharedIndexInformer::close);
        List<Thread> left = List.copyOf(running.values());
        running.clear();
        left.forEach(Thread::interrupt);
    }
}
