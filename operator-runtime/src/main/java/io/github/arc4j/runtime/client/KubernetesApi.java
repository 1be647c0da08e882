package io.github.arc4j.runtime.client;

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
import io.github.arc4j.process.Json;
import io.github.arc4j.runtime.metrics.RestClientMetrics;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The connection to the API server, shared by the whole process.
 *
 * <p>Uses HTTP/1.1 on purpose: the JDK's HTTP/2 client does not detect a dead connection (all later requests would time
 * out on it for minutes), and does not wait when the server's limit of streams is reached.
 */
public final class KubernetesApi implements AutoCloseable {
    /** Maximum number of concurrent requests, without watches: at 30 ms each, this allows 500 per second. */
    private static final int MAX_REQUESTS = 16;

    private static final int CONNECT_TIMEOUT_MS = 5_000;
    private static final int REQUEST_TIMEOUT_MS = 30_000;

    /** The last page of a long list may take this long. */
    private static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(90);

    private static final Duration RECENTLY = Duration.ofSeconds(10);
    static final Executor VIRTUAL_THREADS = Thread::startVirtualThread;

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
     * Prepares a connection without sending a request.
     *
     * @param access address and authentication of the API server. Its timeouts and retries are replaced in place,
     *     because a copy would not know how to refresh expiring tokens
     * @param userAgent sent with each request
     * @param serialization may be that of other connections
     */
    public static KubernetesApi connect(
            Config access, String userAgent, RestClientMetrics metrics, Serialization serialization) {
        return connect(access, userAgent, metrics, serialization, RESPONSE_TIMEOUT);
    }

    static KubernetesApi connect(
            Config access,
            String userAgent,
            RestClientMetrics metrics,
            Serialization serialization,
            Duration responseTimeout) {
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
                        .addOrReplaceInterceptor("long responses", new LongResponses(responseTimeout))
                        .build(),
                new OngoingRequests(limit, access.getNamespace()),
                metrics,
                responseTimeout);
        KubernetesClient client =
                new KubernetesClientImpl(http, access, () -> VIRTUAL_THREADS, serialization.ofClient());
        return new KubernetesApi(client, serialization.ofCaches(), limit, metrics);
    }

    /**
     * How objects are serialized. Its preparation takes a large part of a process's startup time.
     *
     * @param ofClient serialization of the client's requests
     * @param ofCaches serialization of cached objects
     */
    public record Serialization(KubernetesSerialization ofClient, ObjectMapper ofCaches) {
        public static Serialization create() {
            ObjectMapper json = new ObjectMapper(Json.newFactory());
            KubernetesSerialization client = new KubernetesSerialization(json, true);
            // A value of the wrong type in a template must not make the list of all objects unreadable.
            client.getUnmatchedFieldTypeModule().setRestrictToTemplates(false);
            client.getUnmatchedFieldTypeModule().setLogWarnings(false);
            return new Serialization(client, json.copy().addMixIn(ObjectMeta.class, WithoutManagedFields.class));
        }
    }

    /** The base URL of a type's API group, to which a collection or {@code /namespaces/<name>} is appended. */
    public static String url(KubernetesClient client, Class<? extends HasMetadata> type) {
        String master = client.getConfiguration().getMasterUrl();
        return (master.endsWith("/") ? master : master + "/") + path(type);
    }

    /** The URL of the objects of a type in a namespace; null for all namespaces. */
    public static String url(KubernetesClient client, Class<? extends HasMetadata> type, @Nullable String namespace) {
        String scope = namespace == null ? "/" : "/namespaces/" + namespace + "/";
        return url(client, type) + scope + HasMetadata.getPlural(type);
    }

    /** The path of a type's API group, without a slash at the start and the end. */
    public static String path(Class<? extends HasMetadata> type) {
        String group = HasMetadata.getGroup(type);
        return (group == null || group.isEmpty() ? "api/" : "apis/") + HasMetadata.getApiVersion(type);
    }

    /** Managed fields often make up half of an object. */
    @JsonIgnoreProperties("managedFields")
    private interface WithoutManagedFields {}

    public KubernetesClient client() {
        return client;
    }

    /** The serialization of cached objects, without {@code metadata.managedFields}. */
    public ObjectMapper json() {
        return json;
    }

    public RestClientMetrics metrics() {
        return metrics;
    }

    /**
     * Whether the server is, or was recently, loaded to its limit by this process; it may still be busy for others.
     * Defer non-urgent writes while it is.
     */
    public boolean isBusy() {
        return limit.wasReachedWithin(RECENTLY);
    }

    @Override
    public void close() {
        client.close();
    }

    /** Decodes responses on virtual threads instead of a pool that grows with each burst. */
    private static final class OnVirtualThreads extends JdkHttpClientFactory {
        @Override
        protected void additionalConfig(java.net.http.HttpClient.Builder builder) {
            builder.executor(VIRTUAL_THREADS);
        }
    }
}
