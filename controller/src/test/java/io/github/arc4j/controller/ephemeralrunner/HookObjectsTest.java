package io.github.arc4j.controller.ephemeralrunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.controller.cluster.TestCluster;
import io.github.arc4j.controller.kube.LiveObjects;
import io.github.arc4j.kube.http.ApiRequest;
import io.github.arc4j.kube.http.Fault;
import io.github.arc4j.kube.http.Faults;
import io.github.arc4j.runtime.cache.ResourceCache;
import io.github.arc4j.runtime.client.KubernetesApi;
import io.github.arc4j.runtime.queue.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Runners with many objects of container hooks, and runners of others. */
class HookObjectsTest {
    private static final String NAMESPACE = "runners";
    private static final List<String> HOSTILE = List.of("evil-0", "evil-1", "evil-2");

    private final TestCluster kube = TestCluster.start(NAMESPACE, "controller");
    private final KubernetesApi api = kube.connectAsController();
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private final HookObjects hookObjects = new HookObjects(
            new LiveObjects(api.client(), api.json()), new ResourceCache<>(EphemeralRunner.class), now::get);
    private final CountDownLatch attackEnds = new CountDownLatch(1);
    private final AtomicInteger hostileLists = new AtomicInteger();
    private final List<Thread> hostile = new ArrayList<>();
    /** Of the reconciler; none is free while all reconciles use theirs. */
    private final Semaphore slots = new Semaphore(0);

    @AfterEach
    void stop() throws InterruptedException {
        attackEnds.countDown();
        for (Thread thread : hostile) {
            thread.join();
        }
        api.close();
        kube.close();
    }

    private static EphemeralRunner runner(String namespace, String name) {
        EphemeralRunner runner = new EphemeralRunner();
        runner.setMetadata(new ObjectMetaBuilder()
                .withNamespace(namespace)
                .withName(name)
                .withUid(namespace + '/' + name)
                .build());
        return runner;
    }

    private static boolean isHostileList(ApiRequest request) {
        return request.verb().equals("list") && HOSTILE.contains(request.namespace());
    }

    private void pass(Duration time) {
        now.updateAndGet(before -> before.plus(time));
    }

    /** As if there were many large objects to search. */
    private void listsTake(Duration time) {
        try (Faults.Injected slow = kube.faults()
                .inject(Fault.when(HookObjectsTest::isHostileList).always().meanwhile(request -> pass(time)))) {
            for (String namespace : HOSTILE) {
                delete(namespace, "first");
            }
            assertThat(slow.strikes()).isEqualTo(2 * HOSTILE.size());
        }
    }

    /** Two runners end in each of the namespaces, and the lists of their objects take as long as the attack. */
    private void attack() {
        kube.faults().inject(Fault.when(HookObjectsTest::isHostileList).always().meanwhile(request -> {
            hostileLists.incrementAndGet();
            waitForEndOfAttack();
        }));
        for (String namespace : HOSTILE) {
            for (String name : List.of("a", "b")) {
                hostile.add(Thread.ofPlatform().start(() -> new Slot(slots).run(() -> delete(namespace, name))));
            }
        }
        await().until(() -> hostileLists.get()
                        + hostile.stream()
                                .filter(HookObjectsTest::waitsForItsTurn)
                                .count()
                == hostile.size());
    }

    private void delete(String namespace, String name) {
        try {
            hookObjects.delete(runner(namespace, name));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void waitForEndOfAttack() {
        try {
            attackEnds.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean waitsForItsTurn(Thread thread) {
        Object blocker = LockSupport.getBlocker(thread);
        return blocker != null && blocker.getClass().getEnclosingClass() == Semaphore.class;
    }

    @Test
    void slowListsInSeveralNamespacesDoNotHoldUpRunnersOfOthers() {
        listsTake(Duration.ofSeconds(5));
        attack();
        api.client()
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace(NAMESPACE)
                        .withName("hook")
                        .addToLabels("runner-pod", "runner")
                        .endMetadata()
                        .build())
                .create();
        delete(NAMESPACE, "runner");
        assertThat(api.client()
                        .secrets()
                        .inNamespace(NAMESPACE)
                        .withName("hook")
                        .get())
                .isNull();
        assertThat(hostileLists).hasValue(2);
        assertThat(slots.availablePermits()).isEqualTo(hostile.size());
    }

    @Test
    void slownessIsForgottenAfterAWhile() {
        listsTake(Duration.ofSeconds(5));
        pass(Duration.ofMinutes(10));
        attack();
        assertThat(hostileLists).hasValue(4);
    }

    @Test
    void namespacesWithFastListsAreNotLimitedTogether() {
        listsTake(Duration.ofMillis(100));
        attack();
        assertThat(hostileLists).hasValue(4);
    }
}
