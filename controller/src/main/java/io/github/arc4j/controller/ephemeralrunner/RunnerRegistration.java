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
import io.github.arc4j.controller.ephemeralrunner.pod.RunnerPod;
import io.github.arc4j.controller.ephemeralrunner.rules.Registration;
import io.github.arc4j.controller.kube.LiveSecrets;
import io.github.arc4j.controller.kube.Owners;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.runners.Deregistrations;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
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

    /** Registers the runner unless it is registered; safe to repeat after any failure. */
    Registration ensure(EphemeralRunner runner, ScaleSetApi github) throws InterruptedException {
        long knownId = runner.statusOrEmpty().runnerId();
        if (knownId > 0) {
            Optional<Registration.Registered> stored = stored(runner);
            if (stored.isPresent()) {
                return stored.get();
            }
        }
        return replace(runner, knownId, github);
    }

    /** Replaces a registration that no pod uses. */
    Registration renew(EphemeralRunner runner, Registration.Earlier earlier, ScaleSetApi github)
            throws InterruptedException {
        return replace(runner, earlier.runnerId(), github);
    }

    /** @param earlierId ID of the registration that the new one replaces; 0 if there is none */
    private Registration replace(EphemeralRunner runner, long earlierId, ScaleSetApi github)
            throws InterruptedException {
        return deregistrations.remove(runner, earlierId, github) == Deregistrations.Outcome.HAS_JOB
                ? new Registration.HasJob()
                : register(runner, github);
    }

    /** Deletes the Secret; the next pod gets a new registration. */
    void deleteJitConfig(EphemeralRunner runner) {
        secrets.delete(runner.getMetadata().getNamespace(), runner.getMetadata().getName());
    }

    private Registration register(EphemeralRunner runner, ScaleSetApi github) throws InterruptedException {
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

    /** The stored registration; a Secret that cannot be parsed counts as missing. */
    Optional<Registration.Registered> stored(EphemeralRunner runner) {
        Secret secret = secrets.get(
                runner.getMetadata().getNamespace(), runner.getMetadata().getName());
        if (secret == null || secret.getData() == null || !secret.getData().containsKey(RunnerPod.JIT_TOKEN)) {
            return Optional.empty();
        }
        try {
            long id = Long.parseLong(decode(secret.getData().get(RUNNER_ID)));
            return id > 0 ? Optional.of(new Registration.Registered(id)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
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
