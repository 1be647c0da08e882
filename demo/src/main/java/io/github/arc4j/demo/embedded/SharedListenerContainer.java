package io.github.arc4j.demo.embedded;

import io.github.arc4j.kube.pods.PodContext;
import io.github.arc4j.listener.kube.KubeEndpoint;
import io.github.arc4j.listener.shared.SharedListenerProcess;
import io.github.arc4j.listener.shared.SharedListenerSettings;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The shared listener container, configured by the pod's environment.
 *
 * @param api URL of the API server, completed before it has pods
 */
record SharedListenerContainer(CompletableFuture<URI> api) {
    static final String NAME = "shared-listener";

    /** Hosts listeners until interrupted. */
    int run(PodContext pod) throws IOException {
        Map<String, String> environment = new HashMap<>(pod.environment(NAME));
        environment.put("HOSTNAME", pod.name());
        try (SharedListenerProcess process = new SharedListenerProcess(
                SharedListenerSettings.of(environment), new KubeEndpoint(api.join(), () -> "any", null), environment)) {
            process.run();
        }
        return 0;
    }
}
