package io.github.arc4j.controller;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.kube.object.StoredObject;
import io.github.arc4j.kube.store.Change;
import io.github.arc4j.kube.store.ChangeFeed;
import io.github.arc4j.simulator.JobState;
import io.github.arc4j.simulator.JobView;
import io.github.arc4j.simulator.RunnerView;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What must hold at every moment, checked with each change of runners and pods. */
final class RunnerInvariants implements AutoCloseable {
    private final ControllerFixture fixture;
    private final int max;
    private final ChangeFeed changes;
    private final Map<String, Set<String>> wantedBySet = new HashMap<>();
    private final Set<String> disturbedPods = ConcurrentHashMap.newKeySet();
    private final Set<Long> disturbedRegistrations = ConcurrentHashMap.newKeySet();
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();

    RunnerInvariants(ControllerFixture fixture, int max) {
        this.fixture = fixture;
        this.max = max;
        changes = fixture.kube
                .store()
                .subscribe(
                        List.of(
                                fixture.kube.store().resource("ephemeralrunners"),
                                fixture.kube.store().resource("pods")),
                        this::observe);
    }

    /** The test itself is about to do something to the pod, which its job may not survive. */
    void disturbed(Pod pod) {
        disturbedPods.add(pod.getMetadata().getUid());
        disturbedRegistrations.add(
                Long.parseLong(pod.getMetadata().getAnnotations().getOrDefault(Annotations.RUNNER_ID, "0")));
    }

    Queue<String> violations() {
        return violations;
    }

    /** Jobs that did not end as they should, though the test did nothing to their pods. */
    List<JobView> lostJobs() {
        return fixture.github.jobs().stream()
                .filter(job -> job.state() == JobState.COMPLETED && !"succeeded".equals(job.result()))
                .filter(job -> !disturbedRegistrations.contains(job.runnerId()))
                .toList();
    }

    private void observe(Change change) {
        if (change.object().type().kind().equals("Pod")) {
            observePod(change);
        } else {
            observeRunner(change);
        }
    }

    private void observeRunner(Change change) {
        StoredObject runner = change.object();
        String set = runner.json()
                .at("/metadata/labels/actions.github.com~1scale-set-name")
                .asText();
        Set<String> wanted = wantedBySet.computeIfAbsent(set, first -> new HashSet<>());
        if (change.kind() == Change.Kind.DELETED || runner.beingDeleted()) {
            wanted.remove(runner.name());
        } else if (wanted.add(runner.name()) && wanted.size() > max) {
            violations.add("%d runners of %s, %d allowed: %s".formatted(wanted.size(), set, max, wanted));
        }
    }

    private void observePod(Change change) {
        StoredObject pod = change.object();
        boolean ends = change.kind() == Change.Kind.DELETED || pod.beingDeleted();
        boolean deletedNow = ends && change.before() != null && !change.before().beingDeleted();
        String phase = pod.json().at("/status/phase").asText();
        if (!deletedNow || phase.equals("Failed") || phase.equals("Succeeded") || disturbedPods.contains(pod.uid())) {
            return;
        }
        fixture.github.runners().stream()
                .filter(runner -> runner.name().equals(pod.name()))
                .filter(RunnerView::busy)
                .forEach(runner -> violations.add("the pod of " + runner.name() + " was deleted while it ran a job"));
    }

    @Override
    public void close() {
        changes.close();
    }
}
