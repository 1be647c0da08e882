package io.github.arc4j.kube;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.arc4j.kube.http.ApiServer;
import io.github.arc4j.kube.http.Faults;
import io.github.arc4j.kube.http.RequestLog;
import io.github.arc4j.kube.http.Watches;
import io.github.arc4j.kube.store.Json;
import io.github.arc4j.kube.store.ObjectStore;
import io.github.arc4j.kube.store.ResourceType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A small Kubernetes in this process. */
public final class EmbeddedKube implements AutoCloseable {

    private final ObjectStore store;
    private final ApiServer server;

    private EmbeddedKube(Builder builder) {
        store = new ObjectStore(builder.types, builder.clock, builder.history);
        store.ensureNamespaces(builder.namespaces);
        try {
            server = new ApiServer(store, builder.port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Where clients connect: plain HTTP on the loopback interface, any credentials. */
    public URI uri() {
        return server.uri();
    }

    /** Direct access to all objects, past HTTP, faults and the log. */
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

    @Override
    public void close() {
        server.close();
    }

    /** How the server is to be; everything has a default. */
    public static final class Builder {

        private static final int DEFAULT_HISTORY = 2048;

        private final List<ResourceType> types = new ArrayList<>(ResourceType.builtIn());
        private final Set<String> namespaces = new LinkedHashSet<>(List.of("default", "kube-system"));
        private int port;
        private int history = DEFAULT_HISTORY;
        private Clock clock = Clock.systemUTC();

        private Builder() {}

        /** The TCP port; by default any that is free. */
        public Builder port(int number) {
            port = number;
            return this;
        }

        /** Serves what a CustomResourceDefinition in YAML or JSON defines. */
        public Builder crd(Path file) {
            try {
                return crd(Json.read(Files.readAllBytes(file)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Serves what a CustomResourceDefinition in YAML or JSON defines; the stream is read but not closed. */
        public Builder crd(InputStream definition) {
            try {
                return crd(Json.read(definition.readAllBytes()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

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

        /** Namespaces that exist from the start, besides {@code default} and {@code kube-system}. */
        public Builder namespaces(String... names) {
            namespaces.addAll(Arrays.asList(names));
            return this;
        }

        /** How many changes per type are remembered for watches that resume; 2048 by default. */
        public Builder history(int changes) {
            history = changes;
            return this;
        }

        /** Time for time stamps; the system's by default. */
        public Builder clock(Clock time) {
            clock = time;
            return this;
        }

        public EmbeddedKube start() {
            return new EmbeddedKube(this);
        }
    }
}
