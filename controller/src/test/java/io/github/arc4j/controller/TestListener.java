package io.github.arc4j.controller;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.github.arc4j.actions.ActionsClient;
import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.MessageSession;
import io.github.arc4j.actions.PersonalAccessToken;
import io.github.arc4j.actions.errors.ActionsException;
import io.github.arc4j.actions.messages.JobAvailable;
import io.github.arc4j.actions.messages.JobCompleted;
import io.github.arc4j.actions.messages.JobMessage;
import io.github.arc4j.actions.messages.JobStarted;
import io.github.arc4j.actions.messages.Message;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Plays the listener of one scale set: acquires jobs, sets the desired number of runners, and reports jobs on runners.
 */
final class TestListener implements AutoCloseable {
    private final ControllerFixture fixture;
    private final String scaleSet;
    private final int max;
    private final ActionsClient github;
    private final Thread thread;
    private final CountDownLatch closing = new CountDownLatch(1);
    private int sequence;
    private int target = -1;
    private final List<String> completed = new ArrayList<>();

    TestListener(ControllerFixture fixture, String scaleSet, int scaleSetId, int max) {
        this.fixture = fixture;
        this.scaleSet = scaleSet;
        this.max = max;
        github = ActionsClient.builder(
                        ConfigUrl.parse(fixture.github.configUrl("org/repo")), () -> new PersonalAccessToken("sim-pat"))
                .build();
        thread = Thread.ofVirtual().name("listener").start(() -> listen(scaleSetId));
    }

    private void listen(int scaleSetId) {
        try {
            do {
                try (MessageSession session = github.openSession(scaleSetId, "test")) {
                    poll(session);
                } catch (ActionsException e) {
                    // the next session goes on
                }
            } while (!closing.await(50, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void poll(MessageSession session) throws InterruptedException {
        long last = 0;
        int assigned = session.initialStatistics().totalAssignedJobs();
        while (true) {
            Optional<Message> message = session.poll(last, max);
            if (message.isPresent()) {
                last = message.get().id();
                handle(session, message.get().jobs());
                message.get().jobs().stream()
                        .filter(JobCompleted.class::isInstance)
                        .map(JobCompleted.class::cast)
                        .forEach(job -> completed.add("%s:%d:%s"
                                .formatted(
                                        job.runnerName(),
                                        job.runnerId(),
                                        job.job().jobId())));
                assigned = message.get().statistics().totalAssignedJobs();
            }
            requestRunners(Math.min(assigned, max), message.isPresent());
            if (message.isPresent()) {
                session.deleteMessage(last); // as the listener does: what it tells of completed jobs is not lost
            }
        }
    }

    private void handle(MessageSession session, List<JobMessage> jobs) throws InterruptedException {
        List<Long> available = jobs.stream()
                .filter(JobAvailable.class::isInstance)
                .map(job -> job.job().runnerRequestId())
                .toList();
        if (!available.isEmpty()) {
            session.acquireJobs(available);
        }
        jobs.stream()
                .filter(JobStarted.class::isInstance)
                .map(JobStarted.class::cast)
                .forEach(this::tellRunner);
    }

    private void tellRunner(JobStarted started) {
        try {
            fixture.client
                    .resources(EphemeralRunner.class)
                    .inNamespace(ControllerFixture.NAMESPACE)
                    .withName(started.runnerName())
                    .subresource("status")
                    .patch(PatchContext.of(PatchType.JSON_MERGE), """
                        {"status": {"runnerId": %d, "jobId": "%s", "jobRequestId": %d, "workflowRunId": %d,
                            "jobDisplayName": "%s", "jobRepositoryName": "%s/%s", "jobWorkflowRef": "%s",
                            "jobQueueTime": "%s", "jobScaleSetAssignTime": "%s", "jobRunnerAssignTime": "%s"}}
                        """.formatted(
                                    started.runnerId(),
                                    started.job().jobId(),
                                    started.job().runnerRequestId(),
                                    started.job().workflowRunId(),
                                    started.job().jobDisplayName(),
                                    started.job().ownerName(),
                                    started.job().repositoryName(),
                                    started.job().jobWorkflowRef(),
                                    started.job().queueTime(),
                                    started.job().scaleSetAssignTime(),
                                    started.job().runnerAssignTime()));
        } catch (KubernetesClientException e) {
            // it is gone
        }
    }

    /**
     * Patch ID 0 means that no jobs are starting, so idle runners may be removed. A listener that starts sends it too,
     * because it does not know the previous listener's request.
     */
    private void requestRunners(int wanted, boolean jobsChanged) {
        boolean settled = !jobsChanged && wanted == target && wanted == 0;
        boolean isFirst = target < 0;
        sequence++;
        try {
            fixture.requestRunners(scaleSet, settled || isFirst ? 0 : sequence, wanted, completed);
            target = wanted;
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            } // it went with its scale set
        }
    }

    @Override
    public void close() throws InterruptedException {
        closing.countDown();
        thread.interrupt();
        thread.join();
        github.close();
    }
}
