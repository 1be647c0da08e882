package io.github.arc4j.controller.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.arc4j.api.ListenerPodMetadata;
import io.github.arc4j.controller.autoscalinglistener.ListenerShards;
import io.github.arc4j.controller.autoscalinglistener.pod.ListenerTemplatePolicy;
import io.github.arc4j.controller.autoscalinglistener.pod.SharedCertificates;
import io.github.arc4j.controller.autoscalinglistener.pod.SharedPodTemplate;
import io.github.arc4j.controller.autoscalingrunnerset.derived.UpdateStrategy;
import io.github.arc4j.controller.github.credentials.VaultCertificates;
import io.github.arc4j.controller.tracing.TracesCollector;
import io.github.arc4j.process.http.ListenAddress;
import io.github.arc4j.process.log.LogFormat;
import io.github.arc4j.process.log.LogLevel;
import io.github.arc4j.runtime.leader.LeaseTiming;
import io.github.arc4j.vault.CertificateDirectory;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManagerOptionsTest {
    private static final Map<String, String> ENVIRONMENT = Map.of(
            "CONTROLLER_MANAGER_POD_NAMESPACE", "own",
            "CONTROLLER_MANAGER_CONTAINER_IMAGE", "image:1");

    private static ManagerOptions parse(String... arguments) throws OptionsException {
        return ManagerOptions.parse(List.of(arguments), ENVIRONMENT);
    }

    private static OptionsException failure(String... arguments) {
        try {
            ManagerOptions options = parse(arguments);
            throw new AssertionError("accepted: " + options);
        } catch (OptionsException e) {
            return e;
        }
    }

    @Test
    void noTextContainsTheEnvironmentWhichMayHoldCredentials() throws Exception {
        Map<String, String> environment = new HashMap<>(ENVIRONMENT);
        environment.put("https_proxy", "http://user:hunter2@proxy:3128");
        environment.put("OTEL_EXPORTER_OTLP_HEADERS", "authorization=hunter2");
        ManagerOptions options = ManagerOptions.parse(List.of("--otlp-endpoint=http://collector:4318"), environment);
        assertThat(options.reconcilers().environment().variables()).containsKey("https_proxy");
        assertThat(options.reconcilers().toString()).contains("own").doesNotContain("hunter2");
        assertThat(options.toString()).contains("own").doesNotContain("hunter2");
        assertThat(ReconcilerSettingsBuilder.builder(options.reconcilers()).toString())
                .contains("own")
                .doesNotContain("hunter2");
    }

    @Test
    void theDefaultsAreThoseOfTheGoSystem() throws Exception {
        ManagerOptions options = parse();
        assertThat(options.leaderElection()).isFalse();
        assertThat(options.leaderElectionId()).isEqualTo("actions-runner-controller");
        assertThat(options.metricsAddress()).contains(new ListenAddress("", 8080));
        assertThat(options.runnerGauges()).isTrue();
        assertThat(options.reconcilers().listeners().metricsAddress()).isEqualTo(":8080");
        assertThat(options.reconcilers().listeners().metricsEndpoint()).isEqualTo("/metrics");
        assertThat(options.healthAddress()).isEmpty();
        assertThat(options.reconcilers().watchedNamespaces()).isEmpty();
        assertThat(options.reconcilers().excludedLabelPrefixes()).isEmpty();
        assertThat(options.reconcilers().listenerImagePullSecrets()).isEmpty();
        assertThat(options.logLevel()).isEqualTo(LogLevel.DEBUG);
        assertThat(options.logFormat()).isEqualTo(LogFormat.TEXT);
        assertThat(options.reconcilers().backoff().first()).isEqualTo(Duration.ofMillis(5));
        assertThat(options.reconcilers().updateStrategy()).isEqualTo(UpdateStrategy.IMMEDIATE);
        assertThat(options.reconcilers().listeners().templatePolicy()).isEqualTo(ListenerTemplatePolicy.RESTRICTED);
        assertThat(options.reconcilers().listeners().podMetadata()).isEqualTo(ListenerPodMetadata.DEFAULT);
        assertThat(options.reconcilers().vaultCertificates().directory()).contains(CertificateDirectory.DEFAULT);
        assertThat(options.kubeconfig()).isEmpty();
        assertThat(options.reconcilers().controllerNamespace()).isEqualTo("own");
        assertThat(options.reconcilers().listenerImage()).isEqualTo("image:1");
        assertThat(options.reconcilers().listeners().entryPoint()).isEqualTo("/ghalistener");
        assertThat(options.reportsUninstallation()).isFalse();
        assertThat(options.upgradesCrds()).isFalse();
        assertThat(options.ignored()).isEmpty();
    }

    @Test
    void theArgumentsOfTheChartsUninstallHookAreAccepted() throws Exception {
        ManagerOptions options = parse("--report-uninstalled", "--log-format=json", "--watch-namespace=team");
        assertThat(options.reportsUninstallation()).isTrue();
        assertThat(options.reconcilers().watchedNamespaces()).containsExactly("team");
    }

    @Test
    void theArgumentsOfTheChartsUpgradeHookAreAccepted() throws Exception {
        ManagerOptions options = parse("--upgrade-crds", "--log-level=info", "--log-format=json");
        assertThat(options.upgradesCrds()).isTrue();
    }

    @Test
    void theTemplateOfSharedListenersIsRead() throws Exception {
        String[] shared = {"--listener-mode=shared", "--shared-listener-name=arc-listener"};
        assertThat(parse(shared).reconcilers().listeners().shards()).isEqualTo(new ListenerShards("arc-listener", 1));
        String json = "{\"spec\":{\"nodeSelector\":{\"a\":\"b\"}}}";
        assertThat(parse(shared[0], shared[1], "--shared-listener-template=" + json)
                        .reconcilers()
                        .listeners()
                        .shards())
                .isEqualTo(
                        new ListenerShards("arc-listener", 1, SharedPodTemplate.parse(json), SharedCertificates.NONE));
        assertThat(failure(shared[0], shared[1], "--shared-listener-template={").text())
                .contains("--shared-listener-template: must be a pod template in JSON");
    }

    @Test
    void vaultCertificatesOfSharedListenersAreInTheDirectoryOfTheController() throws Exception {
        String[] shared = {
            "--listener-mode=shared",
            "--shared-listener-name=arc-listener",
            "--shared-listener-vault-namespace=team-a",
            "--shared-listener-vault-namespace=team-b"
        };
        assertThat(parse(shared).reconcilers().listeners().shards().vaultCertificates())
                .isEqualTo(new SharedCertificates(Set.of("team-a", "team-b"), CertificateDirectory.DEFAULT));
        assertThat(parse(shared[0], shared[1], shared[2], "--vault-certificate-directory=/akv")
                        .reconcilers()
                        .listeners()
                        .shards()
                        .vaultCertificates())
                .isEqualTo(new SharedCertificates(Set.of("team-a"), new CertificateDirectory(Path.of("/akv"))));
        assertThat(parse(shared[0], shared[1], shared[2], "--vault-certificate-directory=any")
                        .reconcilers()
                        .listeners()
                        .shards()
                        .vaultCertificates()
                        .directory())
                .as("shared listeners never allow every path")
                .isEqualTo(CertificateDirectory.DEFAULT);
    }

    @Test
    void theConsoleIsServedOnlyInThePodAndOnlyOnRequest() throws Exception {
        assertThat(parse().reconcilers().consoleAddress()).isEmpty();
        assertThat(parse("--console").reconcilers().consoleAddress()).contains(new ListenAddress("127.0.0.1", 8090));
    }

    @Test
    void tracesAreSentOnlyToAGivenCollector() throws Exception {
        assertThat(parse().reconcilers().tracesCollector()).isEmpty();
        assertThat(parse("--otlp-endpoint=https://collector:4318").reconcilers().tracesCollector())
                .contains(new TracesCollector(URI.create("https://collector:4318"), Map.of()));
        assertThat(failure("--otlp-endpoint=collector:4318").text())
                .contains("--otlp-endpoint: must be an http or https URL, such as http://collector:4318");
    }

    @Test
    void headersForTheCollectorAreParsed() {
        assertThat(TracesCollector.parse("http://c:1", " authorization=Bearer a=b ,x-team = 1,"))
                .contains(new TracesCollector(
                        URI.create("http://c:1"), Map.of("authorization", "Bearer a=b", "x-team", "1")));
        assertThatThrownBy(() -> TracesCollector.parse("http://c:1", "secret"))
                .hasMessageContaining("OTEL_EXPORTER_OTLP_HEADERS")
                .hasMessageNotContaining("secret");
    }

    @Test
    void anotherReplicaLeadsAfterFourSecondsByDefault() throws Exception {
        assertThat(parse().leaseTiming())
                .isEqualTo(new LeaseTiming(Duration.ofSeconds(4), Duration.ofSeconds(3), Duration.ofSeconds(1)));
        assertThat(parse(
                                "--leader-election-lease-duration=15s",
                                "--leader-election-renew-deadline=10s",
                                "--leader-election-retry-period=2s")
                        .leaseTiming())
                .isEqualTo(new LeaseTiming(Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(2)));
    }

    @ParameterizedTest
    @CsvSource({
        "3s, 3s, 1s, the lease duration must be longer than the renew deadline",
        "4s, 1s, 1s, the renew deadline longer than the retry period",
        "4s, 3s, 0s, the retry period longer than 0",
        "4500ms, 3s, 1s, the lease duration must be whole seconds"
    })
    void timesOfTheLeaderElectionThatCouldLeadToTwoLeadersAreRejected(
            String lease, String deadline, String retry, String message) {
        OptionsException failure = failure(
                "--leader-election-lease-duration=" + lease,
                "--leader-election-renew-deadline=" + deadline,
                "--leader-election-retry-period=" + retry);
        assertThat(failure.exitCode()).isEqualTo(1);
        assertThat(failure.text())
                .contains(
                        "--leader-election-lease-duration=" + lease,
                        "--leader-election-renew-deadline=" + deadline,
                        "--leader-election-retry-period=" + retry,
                        message);
    }

    @Test
    void aPodKeepsItsIdentityWhenItsContainerRestarts() throws Exception {
        Map<String, String> environment = new HashMap<>(ENVIRONMENT);
        environment.put("CONTROLLER_MANAGER_POD_NAME", "arc-0");
        assertThat(ManagerOptions.parse(List.of(), environment).leaderIdentity())
                .isNotEqualTo(ManagerOptions.parse(List.of(), environment).leaderIdentity());
        environment.put("CONTROLLER_MANAGER_POD_UID", "6f1d");
        assertThat(ManagerOptions.parse(List.of(), environment).leaderIdentity())
                .isEqualTo("arc-0_6f1d");
    }

    @Test
    void theChartsArgumentsAreAccepted() throws Exception {
        ManagerOptions options = parse(
                "--auto-scaling-runner-set-only",
                "--enable-leader-election",
                "--leader-election-id=arc-gha-rs-controller",
                "--auto-scaler-image-pull-secrets=one",
                "--auto-scaler-image-pull-secrets=two",
                "--log-level=info",
                "--log-format=json",
                "--watch-single-namespace=runners",
                "--runner-max-concurrent-reconciles=2",
                "--update-strategy=eventual",
                "--listener-template=full",
                "--listener-template-metadata=example.com/",
                "--listener-template-metadata=traffic.sidecar.istio.io/excludeOutboundPorts",
                "--vault-certificate-directory=any",
                "--listener-metrics-addr=0",
                "--listener-metrics-endpoint=",
                "--metrics-addr=0",
                "--exclude-label-propagation-prefix=argocd.argoproj.io/instance",
                "--k8s-client-rate-limiter-qps=20",
                "--health-probe-bind-address=:8081");
        assertThat(options.leaderElection()).isTrue();
        assertThat(options.leaderElectionId()).isEqualTo("arc-gha-rs-controller");
        assertThat(options.reconcilers().listenerImagePullSecrets()).containsExactly("one", "two");
        assertThat(options.logLevel()).isEqualTo(LogLevel.INFO);
        assertThat(options.logFormat()).isEqualTo(LogFormat.JSON);
        assertThat(options.reconcilers().watchedNamespaces()).containsExactlyInAnyOrder("runners", "own");
        assertThat(options.reconcilers().updateStrategy()).isEqualTo(UpdateStrategy.EVENTUAL);
        assertThat(options.reconcilers().listeners().templatePolicy()).isEqualTo(ListenerTemplatePolicy.FULL);
        assertThat(options.reconcilers().listeners().podMetadata().allowed())
                .containsExactly("example.com/", "traffic.sidecar.istio.io/excludeOutboundPorts");
        assertThat(options.reconcilers().vaultCertificates()).isEqualTo(VaultCertificates.ANY);
        assertThat(options.reconcilers().listeners().metricsAddress()).isEmpty();
        assertThat(options.metricsAddress()).isEmpty();
        assertThat(options.runnerGauges()).isFalse();
        assertThat(options.reconcilers().excludedLabelPrefixes()).containsExactly("argocd.argoproj.io/instance");
        assertThat(options.healthAddress()).contains(new ListenAddress("", 8081));
        assertThat(options.ignored()).containsExactly("k8s-client-rate-limiter-qps");
    }

    @Test
    void anEmptyMetricsAddressServesOnlyTheRuntimesMetrics() throws Exception {
        ManagerOptions options = parse("--metrics-addr=");
        assertThat(options.metricsAddress()).contains(new ListenAddress("", 8080));
        assertThat(options.runnerGauges()).isFalse();
    }

    @Test
    void aSingleDashASpaceAndBothNamespacesAreAccepted() throws Exception {
        ManagerOptions options = parse("-watch-namespace", "a", "-watch-single-namespace", "b", "-log-level", "WARN");
        assertThat(options.reconcilers().watchedNamespaces()).containsExactlyInAnyOrder("a", "b", "own");
        assertThat(options.logLevel()).isEqualTo(LogLevel.WARN);
    }

    @Test
    void onlyTheWatchedNamespaceIsWatchedWithoutTheSingleOne() throws Exception {
        assertThat(parse("--watch-namespace=a").reconcilers().watchedNamespaces())
                .containsExactly("a");
    }

    @Test
    void theConcurrencyHasAMinimum() throws Exception {
        assertThat(parse("--runner-max-concurrent-reconciles=2").reconcilers().runnerConcurrency())
                .isEqualTo(64);
        assertThat(parse("--runner-max-concurrent-reconciles=1000")
                        .reconcilers()
                        .runnerConcurrency())
                .isEqualTo(1000);
        assertThat(failure("--runner-max-concurrent-reconciles=0").exitCode()).isEqualTo(1);
    }

    @Test
    void booleansTakeTheirValueOnlyWithAnEqualsSign() throws Exception {
        assertThat(parse("--enable-leader-election=false").leaderElection()).isFalse();
        assertThat(parse("--enable-leader-election=T").leaderElection()).isTrue();
        // The first argument that is not a flag ends the flags, so the next one is ignored.
        assertThat(parse("--enable-leader-election", "false", "--unknown").leaderElection())
                .isTrue();
        assertThat(failure("--enable-leader-election=maybe").exitCode()).isEqualTo(2);
    }

    @Test
    void theLastOfSeveralValuesCounts() throws Exception {
        assertThat(parse("--log-level=info", "--log-level=error").logLevel()).isEqualTo(LogLevel.ERROR);
    }

    @Test
    void flagsEndAtTwoDashes() throws Exception {
        assertThat(parse("--log-level=info", "--", "--nonsense").logLevel()).isEqualTo(LogLevel.INFO);
    }

    @ParameterizedTest
    @CsvSource({
        "--watch-namespce=a, 'flag provided but not defined: -watch-namespce; did you mean --watch-namespace?'",
        "--log-levle=a, 'flag provided but not defined: -log-levle; did you mean --log-level?'",
        "-runner-max-concurrent-reconcile=3, 'flag provided but not defined: -runner-max-concurrent-reconcile; did you"
                + " mean --runner-max-concurrent-reconciles?'",
        "--frobnicate, 'flag provided but not defined: -frobnicate'",
        "---log-level=info, 'bad flag syntax: ---log-level=info'",
        "--=info, 'bad flag syntax: --=info'",
        "--log-level, 'flag needs an argument: -log-level'",
        "--port=many, 'invalid value \"many\" for flag -port: parse error'",
        "--sync-period=1, 'invalid value \"1\" for flag -sync-period: parse error'",
    })
    void anInvalidCommandLineExitsWithCodeTwoAndAMessage(String argument, String message) {
        OptionsException failure = failure(argument);
        assertThat(failure.exitCode()).isEqualTo(2);
        assertThat(failure.text()).isEqualTo(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--log-level=3",
                "--log-format=xml",
                "--metrics-addr=nowhere",
                "--health-probe-bind-address=:99999",
                "--listener-metrics-addr=nowhere",
                "--listener-metrics-addr=:99999",
                "--listener-metrics-endpoint=metrics",
                "--listener-ca-bundle=company-ca",
                "--listener-ca-bundle=/ca.crt",
                "--listener-ca-bundle=a/b/c",
                "--workqueue-rate-limiter=other"
            })
    void anInvalidValueExitsWithCodeOne(String argument) {
        assertThat(failure(argument).exitCode()).isEqualTo(1);
    }

    @Test
    void anInvalidMetricsAddressOfListenersIsReported() {
        assertThat(failure("--listener-metrics-addr=nowhere").text())
                .isEqualTo("--listener-metrics-addr: invalid listen address: \"nowhere\""
                        + " (must be host:port, :port or port)");
    }

    @Test
    void theMessageForAnInvalidLogFormatIsThatOfTheGoSystem() {
        assertThat(failure("--log-format=xml").text())
                .isEqualTo("Error: creating logger: invalid log format specified");
    }

    @Test
    void theRateLimiterSetsTheFirstDelay() throws Exception {
        assertThat(parse("--workqueue-rate-limiter=bucket_rate_limiter")
                        .reconcilers()
                        .backoff()
                        .first())
                .isEqualTo(Duration.ofMillis(5));
        assertThat(parse("--workqueue-rate-limiter=typed_rate_limiter")
                        .reconcilers()
                        .backoff()
                        .first())
                .isEqualTo(Duration.ofMillis(1));
    }

    @Test
    void invalidKeysOfListenerPodsAreRejected() {
        assertThat(failure("--listener-template-metadata=*.example.com/").text())
                .startsWith("--listener-template-metadata: \"*.example.com/\" is neither a key nor a domain");
    }

    @Test
    void invalidAllowedHostsAreRejected() {
        assertThat(failure("--allowed-github-hosts=github.com/org").text())
                .startsWith("--allowed-github-hosts: \"github.com/org\" is not a valid host");
    }

    @Test
    void anUnknownUpdateStrategyMeansTheDefault() throws Exception {
        assertThat(parse("--update-strategy=whenever").reconcilers().updateStrategy())
                .isEqualTo(UpdateStrategy.IMMEDIATE);
    }

    @Test
    void flagsOfTheLegacyModeAreAcceptedWithoutEffect() throws Exception {
        ManagerOptions options = parse(
                "--runner-image=a",
                "--docker-image=a",
                "--docker-gid=1",
                "--runner-image-pull-secret=a",
                "--docker-registry-mirror=a",
                "--github-token=hush",
                "--github-enterprise-url=a",
                "--github-app-id=1",
                "--github-app-installation-id=1",
                "--github-app-private-key=hush",
                "--github-url=a",
                "--github-upload-url=a",
                "--github-basicauth-username=a",
                "--github-basicauth-password=hush",
                "--runner-github-url=a",
                "--runner-status-update-hook",
                "--default-scale-down-delay=10m",
                "--common-runner-labels=a,b",
                "--sync-period=1m",
                "--port=9443",
                "--pprof-addr=:6060",
                "--k8s-client-rate-limiter-burst=30");
        assertThat(options.ignored()).hasSize(22).contains("pprof-addr", "github-token");
        assertThat(options.toString()).doesNotContain("hush");
    }

    @Test
    void helpIsNotAnError() {
        OptionsException help = failure("--help");
        assertThat(help.exitCode()).isZero();
        assertThat(help.text()).contains("--watch-single-namespace <text>", "(default :8080)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"CONTROLLER_MANAGER_POD_NAMESPACE", "CONTROLLER_MANAGER_CONTAINER_IMAGE"})
    void aMissingVariableExitsWithCodeOneAndIsNamed(String variable) {
        Map<String, String> environment = new HashMap<>(ENVIRONMENT);
        environment.remove(variable);
        assertThatThrownBy(() -> ManagerOptions.parse(List.of(), environment))
                .isInstanceOfSatisfying(OptionsException.class, e -> {
                    assertThat(e.exitCode()).isEqualTo(1);
                    assertThat(e.text()).contains(variable);
                });
    }

    @Test
    void theListenersEntryPointCanBeReplaced() throws Exception {
        Map<String, String> environment = new HashMap<>(ENVIRONMENT);
        environment.put("LISTENER_ENTRYPOINT", "/app/bin/listener");
        assertThat(ManagerOptions.parse(List.of(), environment)
                        .reconcilers()
                        .listeners()
                        .entryPoint())
                .isEqualTo("/app/bin/listener");
    }
}
