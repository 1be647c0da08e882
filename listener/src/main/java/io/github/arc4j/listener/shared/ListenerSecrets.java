package io.github.arc4j.listener.shared;

import io.github.arc4j.actions.ProxySettings;
import io.github.arc4j.api.ScaleSetNames;
import io.github.arc4j.listener.kube.KubeClient;
import io.github.arc4j.listener.kube.KubeException;
import io.github.arc4j.process.Json;
import io.github.arc4j.process.ListenerConfig;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Reads the configuration of listeners from Secrets. */
final class ListenerSecrets {
    /**
     * A listener's configuration.
     *
     * @param proxies for requests to GitHub
     */
    record Inputs(ListenerConfig config, ProxySettings proxies) {}

    /** @param data base64 */
    private record Secret(Map<String, @Nullable Object> data) {
        byte[] bytes(String key) {
            return Base64.getDecoder().decode(Json.text(data, key));
        }

        String text(String key) {
            return new String(bytes(key), StandardCharsets.UTF_8);
        }
    }

    private static final String CONFIG = "config.json";
    /** At startup, the process reads hundreds of Secrets, and each concurrent read needs its own connection. */
    private static final int READS = 16;

    private final KubeClient kube;
    private final String path;
    private final ProxySettings defaultProxies;
    private final Semaphore free = new Semaphore(READS, true);

    /** @param defaultProxies proxies of listeners without their own */
    ListenerSecrets(KubeClient kube, String namespace, ProxySettings defaultProxies) {
        this.kube = kube;
        this.path = "/api/v1/namespaces/" + namespace + "/secrets/";
        this.defaultProxies = defaultProxies;
    }

    /**
     * Reads a listener's Secrets.
     *
     * @throws KubeException if one cannot be read now
     * @throws IllegalArgumentException if only another configuration can fix the error
     */
    Inputs read(AssignedListener listener) throws InterruptedException {
        Secret secret = secret(ScaleSetNames.listenerConfigSecret(listener.name()));
        ListenerConfig config;
        try {
            config = ListenerConfig.read(secret.bytes(CONFIG));
        } catch (IOException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        config.validate();
        return new Inputs(config, listener.proxied() ? proxies(listener) : defaultProxies);
    }

    private ProxySettings proxies(AssignedListener listener) throws InterruptedException {
        Secret secret = secret(ScaleSetNames.listenerProxySecret(listener.name()));
        return ProxySettings.of(secret.text("http_proxy"), secret.text("https_proxy"), secret.text("no_proxy"));
    }

    private Secret secret(String name) throws InterruptedException {
        HttpResponse<byte[]> response = get(name);
        if (response.statusCode() != 200) {
            throw new KubeException(response.statusCode(), "Secret " + name + ": HTTP status " + response.statusCode());
        }
        try {
            return new Secret(Json.object(Json.readObject(response.body()), "data"));
        } catch (IOException e) {
            // The exception is dropped because its message contains a part of the Secret.
            throw new KubeException(response.statusCode(), "Secret " + name + ": a response that can't be read");
        }
    }

    private HttpResponse<byte[]> get(String name) throws InterruptedException {
        free.acquire();
        try {
            return kube.get(path + name);
        } finally {
            free.release();
        }
    }
}
