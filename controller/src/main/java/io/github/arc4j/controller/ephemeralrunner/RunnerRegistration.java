package io.github.arc4j.controller.ephemeralrunner;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.actions.ScaleSetApi;
import io.github.arc4j.actions.errors.RunnerExistsException;
import io.github.arc4j.actions.model.JitConfig;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.LabelPropagation;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSpec;
import io.github.arc4j.api.v1alpha1.ResourceMeta;
import io.github.arc4j.controller.ephemeralrunner.rules.Registration;
import io.github.arc4j.controller.kube.LiveSecrets;
import io.github.arc4j.controller.kube.Owners;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.runners.Deregistrations;
import io.github.arc4j.controller.runners.pod.RunnerPod;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A runner's registration on GitHub, and the Secret that stores its JIT config for the pod.
 *
 * <p>The order is: register, then write the Secret, then create the pod. After a crash in between, GitHub tells the
 * next reconcile that the runner exists. Unless there is a pod, that reconcile removes the runner and registers it
 * again, because GitHub returns a JIT config only once, and it is valid for one pod only.
 */
final class RunnerRegistration {
    static final String RUNNER_NAME = "runnerName";
    static final String RUNNER_ID = "runnerId";
    static final String SCALE_SET_ID = "scaleSetId";

    private final LiveSecrets secrets;
    private final LabelPropagation propagation;
    private final Deregistrations deregistrations;

    RunnerRegistration(LiveSecrets secrets, LabelPropagation propagation, Deregistrations deregistrations) {
        this.secrets = secrets;
        this.propagation = propagation;
        this.deregistrations = deregistrations;
    }

    /**
     * Registers the runner; safe to repeat after any failure.
     *
     * @param earlierId ID of a registration that no pod uses, which the new one replaces; 0 if there is none
     */
    Registration register(EphemeralRunner runner, long earlierId, ScaleSetApi github) throws InterruptedException {
        if (deregistrations.remove(runner, earlierId, github) == Deregistrations.Outcome.HAS_JOB) {
            return new Registration.HasJob();
        }
        String name = runner.getMetadata().getName();
        int scaleSetId = runner.getSpec().runnerScaleSetId();
        JitConfig jit;
        try {
            jit = github.generateJitConfig(scaleSetId, name, workFolder(runner.getSpec()));
        } catch (RunnerExistsException e) {
            return github.findRunner(name)
                    .map(existing -> existing.runnerScaleSetId() == scaleSetId
                            ? new Registration.Earlier(existing.id())
                            : new Registration.NameTaken(existing.runnerScaleSetId()))
                    .orElseGet(() -> new Registration.Earlier(0));
        }
        deregistrations.registered(runner, jit.runner().id());
        store(secret(runner, jit));
        return new Registration.Registered(jit.runner().id());
    }

    /** Deletes the Secret; the next pod gets a new registration. */
    void deleteJitConfig(EphemeralRunner runner) {
        secrets.delete(runner.getMetadata().getNamespace(), runner.getMetadata().getName());
    }

    /** The ID of the registration whose JIT config is stored; 0 if there is none, or the Secret cannot be parsed. */
    long storedId(EphemeralRunner runner) {
        Secret secret = secrets.get(
                runner.getMetadata().getNamespace(), runner.getMetadata().getName());
        if (secret == null || secret.getData() == null || !secret.getData().containsKey(RunnerPod.JIT_TOKEN)) {
            return 0;
        }
        try {
            return Math.max(0, Long.parseLong(decode(secret.getData().get(RUNNER_ID))));
        } catch (IllegalArgumentException e) {
            return 0;
        }
    }

    /** Stores the Secret. An existing one belongs to an earlier registration, which the new one has replaced. */
    private void store(Secret secret) {
        try {
            secrets.create(secret);
        } catch (KubernetesClientException e) {
            if (!ResourceClient.isConflict(e)) {
                throw e;
            }
            secrets.delete(
                    secret.getMetadata().getNamespace(), secret.getMetadata().getName());
            secrets.create(secret);
        }
    }

    private Secret secret(EphemeralRunner runner, JitConfig jit) {
        ResourceMeta metadata = runner.getSpec().ephemeralRunnerConfigSecretMetadata();
        return new SecretBuilder()
                .withNewMetadata()
                .withName(runner.getMetadata().getName())
                .withNamespace(runner.getMetadata().getNamespace())
                .withLabels(propagation.merge(metadata.labels(), Map.of()))
                .withAnnotations(Annotations.ofUser(metadata.annotations()))
                .withOwnerReferences(Owners.controller(runner))
                .endMetadata()
                .withData(LiveSecrets.encode(Map.of(
                        RunnerPod.JIT_TOKEN,
                        jit.encodedJitConfig(),
                        RUNNER_NAME,
                        jit.runner().name(),
                        RUNNER_ID,
                        Long.toString(jit.runner().id()),
                        SCALE_SET_ID,
                        Integer.toString(jit.runner().runnerScaleSetId()))))
                .build();
    }

    /** The runner's work folder is the working directory of its container. */
    private static String workFolder(EphemeralRunnerSpec spec) {
        return spec.runnerContainer().map(Container::getWorkingDir).orElse("");
    }

    private static String decode(@Nullable String text) {
        return text == null ? "" : new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
    }
}
