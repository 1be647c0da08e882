package io.github.arc4j.kube;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.arc4j.kube.controllers.GarbageCollector;
import io.github.arc4j.kube.controllers.NamespaceController;
import io.github.arc4j.kube.http.ApiServer;
import io.github.arc4j.kube.http.Faults;
import io.github.arc4j.kube.http.RequestLog;
import io.github.arc4j.kube.http.Watches;
import io.github.arc4j.kube.object.Json;
import io.github.arc4j.kube.object.ResourceType;
import io.github.arc4j.kube.pods.Kubelet;
import io.github.arc4j.kube.pods.PodRuntime;
import io.github.arc4j.kube.store.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A small in-process Kubernetes cluster. */
public final class EmbeddedKube implements AutoCloseable {

    private final ObjectStore store;
    private final GarbageCollector garbageCollector;
    private final NamespaceController namespaceController;
    private final @Nullable Kubelet kubelet;
    private final ApiServer server;

    private EmbeddedKube(Builder builder) {
        store = new ObjectStore(builder.types, builder.clock, builder.history);
        garbageCollector = new GarbageCollector(store);
        namespaceController = new NamespaceController(store);
        kubelet = builder.runtime == null ? null : new Kubelet(store, builder.kubeletSettings(builder.runtime));
        store.ensureNamespaces(builder.namespaces);
        try {
            server = new ApiServer(store, builder.port, builder.tls);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    /** URL of the API server, on the loopback interface. Any credentials are accepted. */
    public URI uri() {
        return server.uri();
    }

    /** Direct access to all objects, bypassing HTTP, faults and the request log. */
    public ObjectStore store() {
        return store;
    }

    public RequestLog requests() {
        return server.requests();
    }

    public Faults faults() {
        return server.faults();
    }

    public Watches watches() {
        return server.watches();
    }

    /**
     * The node that runs pods.
     *
     * @throws IllegalStateException if there is no node because the builder has no {@link PodRuntime}
     */
    public Kubelet kubelet() {
        if (kubelet == null) {
            throw new IllegalStateException("this cluster has no node: set a PodRuntime in the builder");
        }
        return kubelet;
    }

    @Override
    public void close() {
        server.close();
        if (kubelet != null) {
            kubelet.close();
        }
        namespaceController.close();
        garbageCollector.close();
    }

    /** Builder for a cluster; all settings have defaults. */
    public static final class Builder {

        private static final int DEFAULT_HISTORY = 2048;

        private final List<ResourceType> types = new ArrayList<>(ResourceType.builtIn());
        private final Set<String> namespaces = new LinkedHashSet<>(List.of("default", "kube-system"));
        private int port;
        private @Nullable SSLContext tls;
        private int history = DEFAULT_HISTORY;
        private Clock clock = Clock.systemUTC();
        private @Nullable PodRuntime runtime;
        private Duration podStartDelay = Duration.ZERO;
        private Duration longestGrace = Duration.ofSeconds(5);
        private Duration restartBackoff = Duration.ofSeconds(10);

        private Builder() {}

        /** The TCP port; by default any free port. */
        public Builder port(int number) {
            port = number;
            return this;
        }

        /** Serves HTTPS; plain HTTP by default. */
        public Builder tls(SSLContext context) {
            tls = context;
            return this;
        }

        /** Serves the resources defined by a CustomResourceDefinition in YAML or JSON. */
        public Builder crd(Path file) {
            try {
                return crd(Json.read(Files.readAllBytes(file)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /**
         * Serves the resources defined by a CustomResourceDefinition in YAML or JSON; the stream is read but not
         * closed.
         */
        public Builder crd(InputStream definition) {
            try {
                return crd(Json.read(definition.readAllBytes()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /**
         * Serves the resources defined by a CustomResourceDefinition. Parsing large definitions is slow, so tests may
         * want to do that once, with {@link Json#read}.
         */
        public Builder crd(JsonNode definition) {
            types.addAll(ResourceType.fromCrd(definition));
            return this;
        }

        /** Serves a custom type without a schema. */
        public Builder resource(
                String group,
                String version,
                String plural,
                String kind,
                boolean namespaced,
                boolean statusSubresource) {
            types.add(ResourceType.custom(group, version, plural, kind, namespaced, statusSubresource));
            return this;
        }

        /** Additional namespaces that exist from the start, besides {@code default} and {@code kube-system}. */
        public Builder namespaces(String... names) {
            namespaces.addAll(Arrays.asList(names));
            return this;
        }

        /** Number of changes per type that are kept for watches that resume; 2048 by default. */
        public Builder history(int changes) {
            history = changes;
            return this;
        }

        /** Clock for time stamps; the system clock by default. */
        public Builder clock(Clock time) {
            clock = time;
            return this;
        }

        /**
         * Runs pods. Without a runtime there is no node: pods stay as clients create them, and deletion removes them
         * immediately.
         */
        public Builder pods(PodRuntime podRuntime) {
            runtime = podRuntime;
            return this;
        }

        /** Delay between scheduling and pulling the images; none by default. */
        public Builder podStartDelay(Duration time) {
            podStartDelay = time;
            return this;
        }

        /** Maximum termination grace period of pods; 5 s by default. */
        public Builder longestGrace(Duration time) {
            longestGrace = time;
            return this;
        }

        /**
         * Backoff before the first restart of a container, according to the pod's restart policy; doubled with each
         * restart; 10 s by default.
         */
        public Builder restartBackoff(Duration time) {
            restartBackoff = time;
            return this;
        }

        private Kubelet.Settings kubeletSettings(PodRuntime podRuntime) {
            return new Kubelet.Settings(podRuntime, podStartDelay, longestGrace, restartBackoff, clock);
        }

        public EmbeddedKube start() {
            return new EmbeddedKube(this);
        }
    }
}
