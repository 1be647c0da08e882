package io.github.arc4j.e2e.helm;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A port of a pod that {@code kubectl port-forward} makes available on this machine. */
final class ForwardedPort implements AutoCloseable {
    private static final Pattern STARTED = Pattern.compile("Forwarding from 127\\.0\\.0\\.1:(\\d+) -> .*");

    private final Process kubectl;
    private final URI uri;

    private ForwardedPort(Process kubectl, URI uri) {
        this.kubectl = kubectl;
        this.uri = uri;
    }

    /** @param target such as {@code deployment/name} */
    static ForwardedPort to(Path kubeConfig, String namespace, String target, int port) throws IOException {
        Process kubectl = Command.builder(kubeConfig, "kubectl", "port-forward", "-n", namespace, target, ":" + port)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        // Closes with the process.
        BufferedReader output =
                new BufferedReader(new InputStreamReader(kubectl.getInputStream(), StandardCharsets.UTF_8));
        String line = output.readLine();
        Matcher started = STARTED.matcher(line == null ? "" : line);
        if (!started.matches()) {
            kubectl.destroy();
            throw new IOException("kubectl port-forward prints: " + line);
        }
        return new ForwardedPort(kubectl, URI.create("http://localhost:" + started.group(1)));
    }

    URI uri() {
        return uri;
    }

    @Override
    public void close() {
        kubectl.destroy();
    }
}
