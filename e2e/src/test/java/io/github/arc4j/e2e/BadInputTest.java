package io.github.arc4j.e2e;

import static io.github.arc4j.demo.stage.Stage.RUNNER_NAMESPACE;
import static io.github.arc4j.demo.stage.Stage.SCALE_SET;
import static io.github.arc4j.demo.stage.Stage.TOKEN;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.api.v1alpha1.ConfigMapKeyRef;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.TlsCertificateSource;
import io.github.arc4j.api.v1alpha1.TlsConfig;
import io.github.arc4j.demo.stage.RunnerTemplate;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A user's error is reported on the object that contains it, does not affect other scale sets, and is resolved when the
 * user corrects it. All tests share one controller, which is never restarted, and their scale sets exist from the
 * start: a problem that may resolve itself becomes a Warning only after a while.
 */
class BadInputTest {
    private static RunningSystem system;
    private static long imagelessJob;

    @BeforeAll
    static void start() throws Exception {
        system = new RunningSystem();
        system.stage().install();
        system.runJob(SCALE_SET);
        createUnreachable();
        createUnauthorized();
        createNameless();
        createUncertain();
        createSecond();
        createImageless();
    }

    @AfterAll
    static void stop() {
        system.close();
    }

    @Test
    void reportsAnUnreachableGitHubUntilTheUrlIsCorrected() throws Exception {
        assertThat(system.awaitReady("unreachable", "False", "GitHubUnreachable"))
                .contains("cannot be reached");
        system.awaitWarning("AutoscalingRunnerSet", "unreachable", "GitHubUnreachable");
        system.runJob(SCALE_SET);

        system.edit(
                "unreachable",
                spec -> spec.githubConfigUrl(system.stage().gitHub().configUrl("arc4j/demo")));
        system.awaitReady("unreachable", "True", "Ready");
        system.runJob("unreachable");
    }

    @Test
    void reportsAnInvalidTokenUntilTheSecretIsCorrected() throws Exception {
        assertThat(system.awaitReady("unauthorized", "False", "AuthenticationFailed"))
                .contains("credentials")
                .doesNotContain("wrong");
        system.awaitWarning("AutoscalingRunnerSet", "unauthorized", "AuthenticationFailed");
        system.runJob(SCALE_SET);

        system.stage()
                .client()
                .secrets()
                .inNamespace(RUNNER_NAMESPACE)
                .withName("wrong-token")
                .edit(secret -> {
                    secret.setStringData(Map.of("github_token", TOKEN));
                    return secret;
                });
        system.awaitReady("unauthorized", "True", "Ready");
        system.runJob("unauthorized");
    }

    @Test
    void reportsAnEmptySecretNameUntilItIsSet() throws Exception {
        String secret = system.stage().spec().build().githubConfigSecret();
        assertThat(system.awaitReady("nameless", "False", "SecretMissing"))
                .contains("Secret for GitHub credentials is empty");
        system.awaitWarning("AutoscalingRunnerSet", "nameless", "SecretMissing");
        system.runJob(SCALE_SET);

        system.edit("nameless", spec -> spec.githubConfigSecret(secret));
        system.awaitReady("nameless", "True", "Ready");
        system.runJob("nameless");
    }

    @Test
    void reportsAnEmptyNameOfTheCertificateConfigMap() throws Exception {
        assertThat(system.awaitReady("uncertain", "False", "ConfigMapMissing")).contains("is empty");
        system.awaitWarning("AutoscalingRunnerSet", "uncertain", "ConfigMapMissing");
        system.runJob(SCALE_SET);
    }

    @Test
    void reportsAnInvalidConfigUrlUntilItIsCorrected() throws Exception {
        system.stage()
                .createScaleSet(
                        "lost", system.stage().spec().githubConfigUrl("nowhere").build());

        assertThat(system.awaitReady("lost", "False", "InvalidConfigUrl"))
                .contains("spec.githubConfigUrl")
                .contains("nowhere");
        system.awaitWarning("AutoscalingRunnerSet", "lost", "InvalidConfigUrl");
        system.runJob(SCALE_SET);

        system.edit("lost", spec -> spec.githubConfigUrl(system.stage().gitHub().configUrl("arc4j/demo")));
        system.awaitReady("lost", "True", "Ready");
        system.runJob("lost");
    }

    @Test
    void reportsAScaleSetNameInUseUntilItIsChanged() throws Exception {
        assertThat(system.awaitReady("second", "False", "ScaleSetNameTaken"))
                .contains(RUNNER_NAMESPACE + "/" + SCALE_SET)
                .contains("spec.runnerScaleSetName");
        system.awaitWarning("AutoscalingRunnerSet", "second", "ScaleSetNameTaken");
        system.runJob(SCALE_SET);

        system.edit("second", spec -> spec.runnerScaleSetName("another-name"));
        system.awaitReady("second", "True", "Ready");
        system.runJob("another-name");
    }

    @Test
    void reportsARunnerImageThatCannotBePulledUntilItIsChanged() throws Exception {
        awaitRunnerWithoutImage();
        system.awaitWarning("EphemeralRunner", "imageless-", "ImagePullFailed");
        system.runJob(SCALE_SET);

        system.edit("imageless", spec -> spec.template(RunnerTemplate.of("runner:2", simulatorUrl())));
        system.awaitSuccess(imagelessJob);
    }

    private static void createUnreachable() throws Exception {
        system.stage()
                .createScaleSet(
                        "unreachable",
                        system.stage()
                                .spec()
                                .githubConfigUrl("http://127.0.0.1:1/arc4j/demo") // nobody listens there
                                .build());
    }

    private static void createUnauthorized() throws Exception {
        system.stage().createSecret("wrong-token", "wrong");
        system.stage()
                .createScaleSet(
                        "unauthorized",
                        system.stage().spec().githubConfigSecret("wrong-token").build());
    }

    private static void createNameless() throws Exception {
        system.stage()
                .createScaleSet(
                        "nameless", system.stage().spec().githubConfigSecret("").build());
    }

    private static void createUncertain() throws Exception {
        TlsConfig tls = new TlsConfig(new TlsCertificateSource(new ConfigMapKeyRef("", "ca.crt", null)));
        system.stage()
                .createScaleSet(
                        "uncertain", system.stage().spec().githubServerTLS(tls).build());
    }

    private static void createSecond() throws Exception {
        system.stage()
                .createScaleSet(
                        "second",
                        system.stage().spec().runnerScaleSetName(SCALE_SET).build());
    }

    private static void createImageless() throws Exception {
        system.stage().kube().kubelet().images(image -> !image.startsWith("missing/"));
        system.stage()
                .createScaleSet(
                        "imageless",
                        system.stage()
                                .spec()
                                .template(RunnerTemplate.of("missing/runner:1", simulatorUrl()))
                                .build());
        system.awaitReady("imageless", "True", "Ready");
        imagelessJob = system.queue("imageless");
    }

    private static String simulatorUrl() {
        return system.stage().simulator().uri().toString();
    }

    private static void awaitRunnerWithoutImage() throws Exception {
        system.stage()
                .client()
                .resources(EphemeralRunner.class)
                .inNamespace(RUNNER_NAMESPACE)
                .informOnCondition(runners -> runners.stream()
                        .filter(runner -> runner.getMetadata().getName().startsWith("imageless-"))
                        .filter(runner -> runner.getStatus() != null)
                        .flatMap(runner -> runner.getStatus().conditions().stream())
                        .anyMatch(condition -> condition.getType().equals("Ready")
                                && condition.getStatus().equals("False")
                                && condition.getReason().equals("ImagePullFailed")
                                && condition.getMessage().contains("missing/runner:1")))
                .get(60, TimeUnit.SECONDS);
    }
}
