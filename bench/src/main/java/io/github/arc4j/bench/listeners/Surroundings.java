package io.github.arc4j.bench.listeners;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.arc4j.actions.ActionsClient;
import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.HttpConnections;
import io.github.arc4j.actions.PersonalAccessToken;
import io.github.arc4j.actions.RunnerScaleSet;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.ScaleSetNames;
import io.github.arc4j.kube.EmbeddedKube;
import io.github.arc4j.process.ListenerConfig;
import io.github.arc4j.simulator.GitHubSimulator;
import io.github.arc4j.simulator.SimulatorOptions;
import java.time.Duration;
import java.util.Base64;

/** The API server and GitHub of the listeners, both over TLS. GitHub answers polls without jobs after 50 seconds. */
final class Surroundings implements AutoCloseable {
    static final String CONTROLLER_NAMESPACE = "arc-systems";

    private static final String RUNNER_NAMESPACE = "arc-runners";
    private static final String TOKEN = "sim-pat";
    private static final Duration POLL = Duration.ofSeconds(50);

    private final Certificate certificate;
    private final HttpConnections connections = new HttpConnections();
    private final GitHubSimulator github;
    private final EmbeddedKube kube;

    Surroundings(Certificate certificate) {
        this.certificate = certificate;
        github = GitHubSimulator.start(SimulatorOptions.builder()
                .pollTimeout(POLL)
                .tls(certificate.context())
                .build());
        kube = EmbeddedKube.builder()
                .resource("actions.github.com", "v1alpha1", "autoscalinglisteners", "AutoscalingListener", true, true)
                .resource("actions.github.com", "v1alpha1", "ephemeralrunnersets", "EphemeralRunnerSet", true, true)
                .namespaces(CONTROLLER_NAMESPACE, RUNNER_NAMESPACE)
                .tls(certificate.context())
                .start();
    }

    int apiPort() {
        return kube.uri().getPort();
    }

    /** Makes scale sets, each of a repository of its own, as the controller does for a shared listener. */
    void addScaleSets(int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            add("set-" + i);
        }
    }

    private void add(String name) throws InterruptedException {
        String url = github.configUrl("acme/" + name);
        int id;
        try (ActionsClient client = ActionsClient.builder(ConfigUrl.parse(url), () -> new PersonalAccessToken(TOKEN))
                .trust(certificate.pem())
                .connections(connections)
                .build()) {
            RunnerScaleSet wanted =
                    RunnerScaleSet.builder().name(name).runnerGroupId(1).build();
            id = client.createScaleSet(wanted).id();
        }
        ListenerConfig config = ListenerConfig.builder()
                .configureUrl(url)
                .token(TOKEN)
                .ephemeralRunnerSet(RUNNER_NAMESPACE, name)
                .runnerScaleSet(id, name)
                .serverRootCa(certificate.pem())
                .build();
        ObjectNode set = object(name);
        set.putObject("spec").put("patchID", 0);
        kube.store().resource("ephemeralrunnersets").create(RUNNER_NAMESPACE, set);
        ObjectNode secret = object(ScaleSetNames.listenerConfigSecret(name));
        secret.putObject("data").put("config.json", Base64.getEncoder().encodeToString(config.toJson()));
        kube.store().resource("secrets").create(CONTROLLER_NAMESPACE, secret);
        ObjectNode listener = object(name);
        ObjectNode metadata = listener.withObject("metadata");
        metadata.putObject("labels").put(Labels.LISTENER_SHARD, "0");
        metadata.putObject("annotations").put(Annotations.LISTENER_CONFIG_HASH, "1");
        kube.store().resource("autoscalinglisteners").create(CONTROLLER_NAMESPACE, listener);
    }

    private static ObjectNode object(String name) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.putObject("metadata").put("name", name);
        return object;
    }

    int sessions() {
        return github.sessions().size();
    }

    @Override
    public void close() {
        kube.close();
        github.close();
    }
}
