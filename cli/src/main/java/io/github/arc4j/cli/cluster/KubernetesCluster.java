package io.github.arc4j.cli.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.LogWatch;
import io.fabric8.kubernetes.client.dsl.PrettyLoggable;
import io.fabric8.kubernetes.client.dsl.TailPrettyLoggable;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.github.arc4j.cli.snapshot.Snapshot;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A cluster behind an API server. */
public final class KubernetesCluster implements Cluster {
    private static final int CONNECT_TIMEOUT_MS = 5_000;
    private static final int REQUEST_TIMEOUT_MS = 30_000;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;

    private final KubernetesClient client;
    private final Selection selection;

    private KubernetesCluster(KubernetesClient client, Selection selection) {
        this.client = client;
        this.selection = selection;
    }

    /**
     * Prepares a connection without sending a request.
     *
     * @throws NoAccessException if the kubeconfig file cannot be used
     */
    public static KubernetesCluster connect(Selection selection) {
        Config config = config(selection);
        config.setConnectionTimeout(CONNECT_TIMEOUT_MS);
        config.setRequestTimeout(REQUEST_TIMEOUT_MS);
        config.setRequestRetryBackoffLimit(0);
        config.setHttp2Disable(true);
        config.setUserAgent("arc");
        KubernetesSerialization serialization = new KubernetesSerialization(new ObjectMapper(), true);
        // A value of the wrong type in a template must not make the list of all objects unreadable.
        serialization.getUnmatchedFieldTypeModule().setRestrictToTemplates(false);
        serialization.getUnmatchedFieldTypeModule().setLogWarnings(false);
        return new KubernetesCluster(
                new KubernetesClientBuilder()
                        .withConfig(config)
                        .withKubernetesSerialization(serialization)
                        .build(),
                selection);
    }

    private static Config config(Selection selection) {
        @Nullable String context = selection.context().isEmpty() ? null : selection.context();
        if (selection.kubeconfig().isEmpty()) {
            return Config.autoConfigure(context);
        }
        File file = new File(selection.kubeconfig());
        if (!file.canRead()) {
            throw new NoAccessException("The kubeconfig file %s cannot be read.".formatted(file), null);
        }
        return Config.fromKubeconfig(context, file);
    }

    @Override
    public Snapshot read(Scope scope) {
        return new SnapshotReader(client, selection).read(scope);
    }

    @Override
    public void log(String namespace, String pod, String container, int tail, boolean follow, Consumer<String> line) {
        TailPrettyLoggable log =
                client.pods().inNamespace(namespace).withName(pod).inContainer(container);
        PrettyLoggable lines = tail < 0 ? log : log.tailingLines(tail);
        try {
            if (follow) {
                log.tailingLines(1).getLog(); // a watch does not report that it is rejected
                try (LogWatch watch = lines.watchLog()) {
                    copy(new InputStreamReader(watch.getOutput(), StandardCharsets.UTF_8), line);
                }
            } else {
                try (Reader reader = lines.getLogReader()) {
                    copy(reader, line);
                }
            }
        } catch (KubernetesClientException e) {
            throw logProblem(namespace, pod, container, e);
        } catch (IOException e) {
            throw new NoAccessException("The log ended early: " + e.getMessage(), e);
        }
    }

    private static void copy(Reader reader, Consumer<String> line) throws IOException {
        BufferedReader lines = new BufferedReader(reader);
        for (String next = lines.readLine(); next != null; next = lines.readLine()) {
            line.accept(next);
        }
    }

    private static NoAccessException logProblem(
            String namespace, String pod, String container, KubernetesClientException e) {
        return switch (e.getCode()) {
            case FORBIDDEN ->
                new NoAccessException(
                        "This account may not read pod logs; the controller's service account never may. Use your own account: kubectl logs -n %s %s -c %s"
                                .formatted(namespace, pod, container),
                        e);
            case NOT_FOUND -> new NoAccessException("There is no pod %s/%s.".formatted(namespace, pod), e);
            default -> new NoAccessException("The log cannot be read: " + e.getMessage(), e);
        };
    }

    @Override
    public void close() {
        client.close();
    }
}
