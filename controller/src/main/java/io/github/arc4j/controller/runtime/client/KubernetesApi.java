package io.github.arc4j.controller.runtime.client;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.impl.KubernetesClientImpl;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.github.arc4j.controller.runtime.metrics.RestClientMetrics;
import io.github.arc4j.process.Json;
import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * The connection to the API server, shared by everything in the process.
 *
 * <p>HTTP/1.1 on purpose: the JDK's HTTP/2 client neither notices a dead connection (every later request would time out
 * on it for minutes) nor waits when the server's limit of streams is reached.
 */
public final class KubernetesApi implements AutoCloseable {
    /** Requests under way at a time, watches not counted: even at 30 ms each that is 500 a second. */
    private static final int MAX_REQUESTS = 16;

    private static final int CONNECT_TIMEOUT_MS = 5_000;
    private static final int REQUEST_TIMEOUT_MS = 30_000;

    /** The last page of a long list may take a while. */
    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(90);

    private static final Duration RECENTLY = Duration.ofSeconds(10);
    private static final Executor VIRTUAL_THREADS = Thread::startVirtualThread;

    private final KubernetesClient client;
    private final ObjectMapper json;
    private final AdaptiveLimit limit;
    private final RestClientMetrics metrics;

    private KubernetesApi(KubernetesClient client, ObjectMapper json, AdaptiveLimit limit, RestClientMetrics metrics) {
        this.client = client;
        this.json = json;
        this.limit = limit;
        this.metrics = metrics;
    }

    /**
     * Prepares a connection; nothing is sent yet.
     *
     * @param access where the API server is and how to authenticate. Its timeouts and retries are replaced in place: a
     *     copy would not know where tokens that expire come from
     * @param userAgent sent with each request
     */
    public static KubernetesApi connect(Config access, String userAgent, RestClientMetrics metrics) {
        return connect(access, userAgent, metrics, Serialization.create());
    }

    /** The same with a serialization that other connections use, too. */
    public static KubernetesApi connect(
            Config access, String userAgent, RestClientMetrics metrics, Serialization serialization) {
        return connect(access, userAgent, metrics, serialization, LONGEST_ANSWER);
    }

    static KubernetesApi connect(
            Config access,
            String userAgent,
            RestClientMetrics metrics,
            Serialization serialization,
            Duration longestAnswer) {
        access.setConnectionTimeout(CONNECT_TIMEOUT_MS);
        access.setRequestTimeout(REQUEST_TIMEOUT_MS);
        access.setRequestRetryBackoffLimit(0);
        access.setHttp2Disable(true);
        access.setOnlyHttpWatches(true);
        access.setUserAgent(userAgent);
        AdaptiveLimit limit = new AdaptiveLimit(MAX_REQUESTS, System::nanoTime);
        HttpClient http = new LimitedHttpClient(
                new OnVirtualThreads()
                        .newBuilder(access)
                        .addOrReplaceInterceptor("lenient writes", new LenientWrites())
                        .build(),
                limit,
                metrics,
                longestAnswer);
        KubernetesClient client =
                new KubernetesClientImpl(http, access, () -> VIRTUAL_THREADS, serialization.ofClient());
        return new KubernetesApi(client, serialization.ofCaches(), limit, metrics);
    }

    /**
     * How objects are read and written. To prepare it takes a good part of the start of a process.
     *
     * @param ofClient for the client's requests
     * @param ofCaches for what caches keep
     */
    public record Serialization(KubernetesSerialization ofClient, ObjectMapper ofCaches) {
        public static Serialization create() {
            ObjectMapper json = new ObjectMapper(Json.newFactory());
            KubernetesSerialization client = new KubernetesSerialization(json, true);
            // A value in a template that does not fit its type spoils that template, not the list of all objects.
            client.getUnmatchedFieldTypeModule().setRestrictToTemplates(false);
            client.getUnmatchedFieldTypeModule().setLogWarnings(false);
            return new Serialization(client, json.copy().addMixIn(ObjectMeta.class, WithoutManagedFields.class));
        }
    }

    /** The URL below which objects of a type are, in the cluster or in {@code /namespaces/<name>}. */
    public static String url(KubernetesClient client, Class<? extends HasMetadata> type) {
        String master = client.getConfiguration().getMasterUrl();
        String group = HasMetadata.getGroup(type);
        return (master.endsWith("/") ? master : master + "/")
                + (group == null || group.isEmpty() ? "api/" : "apis/")
                + HasMetadata.getApiVersion(type);
    }

    /** They are often half of an object. */
    @JsonIgnoreProperties("managedFields")
    private interface WithoutManagedFields {}

    /** The client of that connection. */
    public KubernetesClient client() {
        return client;
    }

    /** Reads and writes what caches keep: objects without {@code metadata.managedFields}. */
    public ObjectMapper json() {
        return json;
    }

    /** Counts its requests and watches. */
    public RestClientMetrics metrics() {
        return metrics;
    }

    /**
     * Whether the server has as much to do for this process as it can, or had a moment ago and may still have for others:
     * what need not be said now had better wait.
     */
    public boolean isBusy() {
        return limit.wasReachedWithin(RECENTLY);
    }

    @Override
    public void close() {
        client.close();
    }

    /** Answers are decoded on virtual threads, not on a pool that grows with each burst. */
    private static final class OnVirtualThreads extends JdkHttpClientFactory {
        @Override
        protected void additionalConfig(java.net.http.HttpClient.Builder builder) {
            builder.executor(VIRTUAL_THREADS);
        }
    }
}
