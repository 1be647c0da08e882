package io.github.arc4j.controller.autoscalinglistener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.github.arc4j.api.LabelPropagation;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingListenerSpec;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.cluster.TestCluster;
import io.github.arc4j.controller.github.credentials.GitHubAccessException;
import io.github.arc4j.controller.github.credentials.ProxyResolver;
import io.github.arc4j.controller.github.credentials.ProxySecret;
import io.github.arc4j.controller.github.credentials.SecretReader;
import io.github.arc4j.controller.github.credentials.VaultCertificates;
import io.github.arc4j.controller.github.credentials.VaultReader;
import io.github.arc4j.controller.kube.LiveObjects;
import io.github.arc4j.controller.kube.LiveSecrets;
import io.github.arc4j.controller.sources.CredentialsNamespaces;
import io.github.arc4j.controller.sources.Sources;
import io.github.arc4j.kube.http.ApiRequest;
import io.github.arc4j.kube.http.Fault;
import io.github.arc4j.process.log.LogFormat;
import io.github.arc4j.process.log.LogLevel;
import io.github.arc4j.runtime.cache.ResourceCache;
import io.github.arc4j.runtime.client.KubernetesApi;
import io.github.arc4j.runtime.queue.Slot;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many listeners whose configuration is written at the same time. */
class ListenerConfigSecretTest {
    private static final String SETS = "sets";
    private static final String CONTROLLER = "controller";
    private static final List<String> HOSTILE = List.of("evil-0", "evil-1");

    private final TestCluster kube = TestCluster.start(SETS, CONTROLLER);
    private final KubernetesApi api = kube.connectAsController();
    private final Sources sources = new Sources(api, source -> false, Clock.systemUTC());
    private final LiveObjects objects = new LiveObjects(api.client(), api.json());
    private final SecretReader reader = new SecretReader(objects, sources, CredentialsNamespaces.OWN);
    private final ProxyResolver proxies = new ProxyResolver(reader);
    private final VaultReader vaults = new VaultReader(proxies, Map.of(), VaultCertificates.ANY, Clock.systemUTC());
    private final LiveSecrets live = new LiveSecrets(api.client(), api.json(), objects);
    private final ResourceCache<AutoscalingListener> listeners = new ResourceCache<>(AutoscalingListener.class);
    private final ListenerSecrets secrets = new ListenerSecrets(
            listeners,
            live,
            new ProxySecret(live, proxies, sources, listeners, new ResourceCache<>(EphemeralRunnerSet.class)),
            new ListenerConfigs(
                    reader, vaults, new ListenerSettings("/ghalistener", LogLevel.INFO, LogFormat.TEXT, "", "")),
            new LabelPropagation(List.of()),
            sources);
    private final CountDownLatch end = new CountDownLatch(1);
    private final AtomicInteger held = new AtomicInteger();
    private final AtomicInteger interrupted = new AtomicInteger();
    private final List<Thread> reconciles = new ArrayList<>();
    /** Of the reconciler; none is free while all reconciles use theirs. */
    private final Semaphore slots = new Semaphore(0);

    @AfterEach
    void stop() throws InterruptedException {
        end.countDown();
        for (Thread reconcile : reconciles) {
            reconcile.join();
        }
        vaults.close();
        sources.close();
        api.close();
        kube.close();
    }

    private static AutoscalingListener listener(String namespace, String name) {
        AutoscalingListener listener = new AutoscalingListener();
        listener.setMetadata(new ObjectMetaBuilder()
                .withNamespace(CONTROLLER)
                .withName(namespace + '-' + name)
                .withUid(namespace + '/' + name)
                .build());
        listener.setSpec(AutoscalingListenerSpec.EMPTY.toBuilder()
                .autoscalingRunnerSetNamespace(namespace)
                .autoscalingRunnerSetName(name)
                .ephemeralRunnerSetName(name)
                .githubConfigUrl("https://github.com/org")
                .githubConfigSecret("github")
                .runnerScaleSetId(1)
                .build());
        return listener;
    }

    private void createCredentials(String namespace) {
        api.client()
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName("github")
                        .endMetadata()
                        .withStringData(Map.of("github_token", "token"))
                        .build())
                .create();
    }

    private void hold(ApiRequest request) {
        held.incrementAndGet();
        try {
            end.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Reconciles this number of listeners of the namespace at the same time, each with its own slot. */
    private void reconcile(String namespace, int number) {
        for (int i = 0; i < number; i++) {
            AutoscalingListener listener = listener(namespace, "listener-" + i);
            reconciles.add(Thread.ofPlatform().start(() -> new Slot(slots).run(() -> ensure(listener))));
        }
    }

    private void ensure(AutoscalingListener listener) {
        try {
            secrets.ensure(listener);
        } catch (InterruptedException e) {
            interrupted.incrementAndGet();
        } catch (GitHubAccessException e) {
            assertThat(e.reason()).isEqualTo("SecretMissing");
        }
    }

    private List<Thread> waiting() {
        return reconciles.stream()
                .filter(reconcile -> {
                    Object blocker = LockSupport.getBlocker(reconcile);
                    return blocker != null && blocker.getClass().getEnclosingClass() == Semaphore.class;
                })
                .toList();
    }

    private void awaitHeldAndOthersWaiting(int number) {
        await().until(() -> held.get() == number && waiting().size() == reconciles.size() - number);
    }

    /** Three listeners in each of the namespaces, whose credentials take long to read. */
    private void attack() {
        kube.faults()
                .inject(Fault.when(request -> request.verb().equals("get") && HOSTILE.contains(request.namespace()))
                        .always()
                        .meanwhile(this::hold));
        HOSTILE.forEach(namespace -> reconcile(namespace, 3));
        awaitHeldAndOthersWaiting(4);
    }

    private void interruptThoseThatWait(int number) {
        waiting().forEach(Thread::interrupt);
        await().until(() -> interrupted.get() == number);
    }

    @Test
    void slowReadsOfOneNamespaceDoNotHoldUpListenersOfOthers() throws Exception {
        createCredentials(SETS);
        attack();
        assertThat(slots.availablePermits()).isEqualTo(2);

        assertThat(secrets.ensure(listener(SETS, "a"))).isNotEmpty();
        assertThat(held).hasValue(4);
    }

    @Test
    void aReconcileThatWaitsForItsTurnCanBeInterrupted() {
        attack();
        interruptThoseThatWait(2);
    }

    @Test
    void fewConfigurationsAreWrittenAtATime() throws Exception {
        createCredentials(SETS);
        createCredentials(CONTROLLER);
        kube.faults().inject(Fault.on("create", "secrets").always().meanwhile(this::hold));
        reconcile(SETS, 2);
        reconcile(CONTROLLER, 2);
        awaitHeldAndOthersWaiting(3);
        interruptThoseThatWait(1);
        assertThat(held).hasValue(3);
    }
}
