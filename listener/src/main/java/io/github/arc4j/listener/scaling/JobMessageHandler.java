package io.github.arc4j.listener.scaling;

import io.github.arc4j.actions.MessageSession;
import io.github.arc4j.actions.loop.MessageHandler;
import io.github.arc4j.actions.messages.Message;
import io.github.arc4j.actions.model.Statistics;
import io.github.arc4j.actions.wire.Outcome;
import io.github.arc4j.listener.metrics.ListenerMetrics;
import io.github.arc4j.listener.scaling.JobEffects.Jobs;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out the effects of messages: scales the runner set, acquires jobs, and marks runners as busy. The effects of
 * a message are independent of each other and happen concurrently. To be used by one thread, except {@link #finish}.
 */
public final class JobMessageHandler implements MessageHandler {
    private static final Logger log = LoggerFactory.getLogger(JobMessageHandler.class);

    private final int maxRunners;
    private final RunnerSetScaling scaling;
    private final JobEffects jobEffects;
    private final ListenerMetrics metrics;
    private final ExecutorService tasks;

    public JobMessageHandler(
            int maxRunners,
            RunnerSetScaling scaling,
            JobEffects jobEffects,
            ListenerMetrics metrics,
            ExecutorService tasks) {
        this.maxRunners = maxRunners;
        this.scaling = scaling;
        this.jobEffects = jobEffects;
        this.metrics = metrics;
        this.tasks = tasks;
    }

    @Override
    public int maxCapacity() {
        return maxRunners;
    }

    @Override
    public void opened(Statistics statistics) throws InterruptedException {
        metrics.statistics(statistics);
        scaling.opened(statistics);
    }

    /**
     * Handles a message. May be repeated for the same message: the effects are the same, and its jobs are not counted
     * twice. Returns when all effects have been attempted; the number of runners may be written to the cluster
     * {@linkplain RunnerSetScaling#whenApplied a moment later}.
     *
     * @return what prevented its jobs from being acquired or marked; empty if nothing did
     * @throws RuntimeException if the runner set could not be scaled
     */
    @Override
    public Optional<RuntimeException> handle(MessageSession session, Message message, Delivery delivery)
            throws InterruptedException {
        metrics.statistics(message.statistics());
        Jobs jobs = Jobs.of(message);
        log.info(
                "Message {}: {} jobs available, {} started, {} completed; statistics: {}",
                message.id(),
                jobs.available().size(),
                jobs.started().size(),
                jobs.completed().size(),
                message.statistics());
        if (delivery == Delivery.NEW) {
            jobs.started().forEach(metrics::jobStarted);
            jobs.completed().forEach(metrics::jobCompleted);
            jobs.unreadable().forEach(unreadable -> metrics.message("unreadable_element"));
            JobLog.reported(jobs);
        }
        boolean repeated = delivery == Delivery.REPEATED;
        Future<?> scaled = tasks.submit(() -> {
            scaling.message(message.statistics(), jobs.started().size(), jobs.completed(), repeated);
            return null;
        });
        Optional<RuntimeException> failure = jobEffects.apply(session, jobs);
        Outcome.of(scaled);
        return failure;
    }

    @Override
    public void idle() throws InterruptedException {
        scaling.idle();
    }

    @Override
    public void whenApplied(Runnable acknowledgement) throws InterruptedException {
        scaling.whenApplied(acknowledgement);
    }

    @Override
    public void handleAgain(Message message) throws InterruptedException {
        metrics.statistics(message.statistics());
        scaling.message(message.statistics(), 0, List.of(), false);
    }

    @Override
    public Optional<RuntimeException> finish(MessageSession session, Message message) throws InterruptedException {
        return jobEffects.apply(session, Jobs.of(message));
    }
}
