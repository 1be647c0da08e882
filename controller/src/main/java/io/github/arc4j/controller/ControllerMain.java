package io.github.arc4j.controller;

import io.fabric8.kubernetes.client.Config;
import io.github.arc4j.controller.crds.CrdUpgrade;
import io.github.arc4j.controller.options.ManagerOptions;
import io.github.arc4j.controller.options.OptionsException;
import io.github.arc4j.controller.uninstall.UninstallReport;
import io.github.arc4j.process.BuildInfo;
import io.github.arc4j.process.OldGeneration;
import io.github.arc4j.process.http.MetricsHandler;
import io.github.arc4j.process.log.LogStyle;
import io.github.arc4j.process.log.Logging;
import io.github.arc4j.process.log.ShutdownHook;
import io.github.arc4j.runtime.Manager;
import io.github.arc4j.runtime.ManagerSettings;
import io.github.arc4j.runtime.client.KubernetesApi;
import io.github.arc4j.runtime.client.KubernetesApi.Serialization;
import io.github.arc4j.runtime.events.EventRecorder;
import io.github.arc4j.runtime.events.KubernetesEventRecorder;
import io.github.arc4j.runtime.leader.LeaderElection;
import io.github.arc4j.runtime.metrics.RestClientMetrics;
import io.github.arc4j.runtime.metrics.RuntimeMetrics;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.hotspot.DefaultExports;
import java.io.File;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Entry point of the controller. Exit codes: 0 after SIGTERM, an uninstall report or an upgrade of the CRDs, 1 if it
 * cannot start or has lost the Lease, 2 for an invalid command line.
 */
public final class ControllerMain {
    private static final String COMPONENT = "gha-runner-scale-set-controller";
    /** Within the termination grace period of the chart's pods, 10 s. */
    private static final Duration STOP_TIMEOUT = Duration.ofMillis(9_500);
    /** Limit for sending the last Events of an uninstall report; the chart's Job has one minute in total. */
    private static final Duration REPORT_TIMEOUT = Duration.ofSeconds(20);

    /** There is no static logger, because the flags configure logging. */
    private ControllerMain() {}

    /** Runs until SIGTERM. */
    public static void main(String[] args) {
        int exitCode = 1;
        try {
            exitCode = run(ManagerOptions.parse(List.of(args), System.getenv()));
        } catch (OptionsException e) {
            System.err.println(e.text());
            exitCode = e.exitCode();
        } catch (InterruptedException | RuntimeException | Error e) {
            e.printStackTrace();
        }
        System.exit(exitCode);
    }

    private static int run(ManagerOptions options) throws InterruptedException {
        BuildInfo build = BuildInfo.current();
        Logging.configure(
                LogStyle.CONTROLLER, options.logLevel(), options.logFormat(), Map.of("version", build.version()));
        silenceVersionWarnings();
        Config access = options.kubeconfig().isEmpty()
                ? Config.autoConfigure(null)
                : Config.fromKubeconfig(new File(options.kubeconfig()));
        access.setNamespace(options.reconcilers().controllerNamespace());
        if (options.reportsUninstallation()) {
            reportUninstallation(options, access, build);
            return 0;
        }
        if (options.upgradesCrds()) {
            upgradeCrds(access, build);
            return 0;
        }
        Logger log = LoggerFactory.getLogger(ControllerMain.class);
        log.info("Starting the runner scale set controller, commit {}", build.commit());
        if (!options.ignored().isEmpty()) {
            log.info("These flags have no effect: {}", options.ignored());
        }
        OldGeneration.keepSmall();
        Manager manager = manager(options, access, build);
        ShutdownHook.register(() -> stop(manager));
        return manager.run();
    }

    /** The client warns about every kind with an alpha version, and the ARC kinds have no other version. */
    private static void silenceVersionWarnings() {
        String name = "io.fabric8.kubernetes.client.dsl.internal.VersionUsageUtils";
        LoggerFactory.getLogger(name); // slf4j keeps a reference to the logger, which preserves its level
        java.util.logging.Logger.getLogger(name).setLevel(Level.SEVERE);
    }

    private static void upgradeCrds(Config access, BuildInfo build) {
        try (KubernetesApi api = connect(access, build, new RestClientMetrics(new CollectorRegistry()))) {
            new CrdUpgrade(api).run();
        }
    }

    private static void reportUninstallation(ManagerOptions options, Config access, BuildInfo build)
            throws InterruptedException {
        try (KubernetesApi api = connect(access, build, new RestClientMetrics(new CollectorRegistry()))) {
            KubernetesEventRecorder events = new KubernetesEventRecorder(api, COMPONENT);
            new UninstallReport(api, options.reconcilers().watchedNamespaces(), events, Clock.systemUTC()).send();
            events.close(REPORT_TIMEOUT);
        }
    }

    private static KubernetesApi connect(Config access, BuildInfo build, RestClientMetrics metrics) {
        return KubernetesApi.connect(access, COMPONENT + "/" + build.version(), metrics, Serialization.create());
    }

    private static int stop(Manager manager) {
        manager.stop();
        return manager.awaitEnd(STOP_TIMEOUT);
    }

    private static Manager manager(ManagerOptions options, Config access, BuildInfo build) {
        CollectorRegistry registry = new CollectorRegistry();
        DefaultExports.register(registry);
        RuntimeMetrics metrics = RuntimeMetrics.register(registry);
        KubernetesApi api = connect(access, build, metrics.restClient());
        KubernetesEventRecorder events = new KubernetesEventRecorder(api, COMPONENT);
        Manager manager = new Manager(
                api,
                ManagerSettings.of(
                        options.metricsAddress().orElse(null),
                        options.healthAddress().orElse(null)),
                new MetricsHandler(registry),
                metrics.leader(),
                options.leaderElection() ? election(options, api, events) : null);
        CollectorRegistry gauges = options.runnerGauges() ? registry : new CollectorRegistry();
        Reconcilers.register(manager, api, options.reconcilers(), metrics, gauges, events, api::isBusy);
        manager.closeAtEnd(events);
        return manager;
    }

    private static LeaderElection election(ManagerOptions options, KubernetesApi api, EventRecorder events) {
        return new LeaderElection(
                api.client(),
                options.reconcilers().controllerNamespace(),
                options.leaderElectionId(),
                options.leaderIdentity(),
                options.leaseTiming(),
                events);
    }
}
