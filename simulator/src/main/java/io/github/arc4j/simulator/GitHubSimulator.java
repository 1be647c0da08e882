package io.github.arc4j.simulator;

import io.github.arc4j.simulator.faults.Faults;
import io.github.arc4j.simulator.faults.RunnerFault;
import io.github.arc4j.simulator.faults.RunnerFaults;
import io.github.arc4j.simulator.http.SimulatorServer;
import io.github.arc4j.simulator.http.api.JitConfig;
import io.github.arc4j.simulator.http.routing.CallCounts;
import io.github.arc4j.simulator.http.routing.ViolationLog;
import io.github.arc4j.simulator.service.ActionsService;
import io.github.arc4j.simulator.service.Runners;
import io.github.arc4j.simulator.service.Tokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The GitHub side of runner scale sets: registration, the Actions service, message queues, jobs and runners, with the
 * wire behavior of the real service. Thread-safe.
 */
public final class GitHubSimulator implements AutoCloseable {
    private final SimulatorOptions options;
    private final Faults faults = new Faults();
    private final CallCounts counts = new CallCounts();
    private final ViolationLog violations = new ViolationLog();
    private final ActionsService service;
    private final SimulatorServer server;

    private GitHubSimulator(SimulatorOptions options) throws IOException {
        this.options = options;
        if (options.badWorld() != null) {
            faults.badWorld(options.badWorld());
        }
        this.service = new ActionsService(options);
        this.server = SimulatorServer.start(options, service, faults, counts, violations);
    }

    /** {@return a simulator on a free port of the loopback address, which serves requests until it is closed} */
    public static GitHubSimulator start() {
        return start(SimulatorOptions.defaults());
    }

    /**
     * {@return a simulator, which serves requests until it is closed}
     *
     * @param options its settings
     * @throws UncheckedIOException if the address is in use
     */
    public static GitHubSimulator start(SimulatorOptions options) {
        try {
            return new GitHubSimulator(options);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return the base URL, without a trailing slash} */
    public URI uri() {
        String publicUrl = options.publicUrl();
        if (publicUrl != null) {
            return URI.create(publicUrl.replaceAll("/+$", ""));
        }
        String host = switch (options.host()) {
            case "0.0.0.0" -> "127.0.0.1";
            case "::" -> "[::1]";
            default -> options.host().indexOf(':') < 0 ? options.host() : "[" + options.host() + "]";
        };
        return URI.create((options.tls() == null ? "http://" : "https://") + host + ":" + server.port());
    }

    /** {@return the port on which it listens} */
    public int port() {
        return server.port();
    }

    /**
     * {@return the {@code githubConfigUrl} of a scope}
     *
     * @param path {@code org}, {@code org/repo} or {@code enterprises/name}
     */
    public String configUrl(String path) {
        return uri() + "/" + path;
    }

    /**
     * Queues a job.
     *
     * @param job the job
     * @return its ID
     */
    public long queueJob(JobRequest job) {
        return queueJobs(job, 1).get(0);
    }

    /**
     * Queues equal jobs.
     *
     * @param job the job
     * @param count how many
     * @return their IDs, in the order of the queue
     */
    public List<Long> queueJobs(JobRequest job, int count) {
        return service.jobs().queue(job, count);
    }

    /**
     * Cancels a job as a user would.
     *
     * @param id ID of the job
     * @return false if the job has completed or does not exist
     */
    public boolean cancelJob(long id) {
        return service.jobs().cancel(id);
    }

    /**
     * Ends a running job before its time, with the result and the exit code of its request.
     *
     * @param id ID of the job
     * @return false if no such job is running
     */
    public boolean finishJob(long id) {
        return service.jobs().finish(id);
    }

    /** {@return all jobs, including finished ones, in the order in which they were queued} */
    public List<JobView> jobs() {
        return service.jobs().views();
    }

    /** {@return the counts of all jobs} */
    public JobSummary summary() {
        return service.jobs().summary();
    }

    /**
     * {@return the counts of the jobs of one group}
     *
     * @param group as in {@link JobRequest#group()}
     */
    public JobSummary summary(String group) {
        return service.jobs().summary(group);
    }

    /** {@return the registered runners} */
    public List<RunnerView> runners() {
        return service.runners().views();
    }

    /** {@return the registered scale sets} */
    public List<ScaleSetView> scaleSets() {
        return service.scaleSets().views();
    }

    /** {@return the open sessions} */
    public List<SessionView> sessions() {
        return service.sessions().views();
    }

    /** {@return the protocol violations of clients so far} */
    public List<Violation> violations() {
        return violations.all();
    }

    /** Forgets the protocol violations so far. */
    public void clearViolations() {
        violations.clear();
    }

    /** {@return the active faults of calls, which can be modified} */
    public Faults faults() {
        return faults;
    }

    /** {@return the active faults of runners, which can be modified} */
    public RunnerFaults runnerFaults() {
        return service.runnerFaults();
    }

    /**
     * Replaces the accepted personal access tokens.
     *
     * @param tokens tokens that are accepted from now on; may be empty
     */
    public void acceptTokens(Set<String> tokens) {
        service.tokens().personalTokens(tokens);
    }

    /** Revokes all issued admin tokens. */
    public void revokeAdminTokens() {
        service.tokens().revoke(Tokens.Kind.ADMIN);
    }

    /** Revokes all issued message queue tokens. */
    public void revokeQueueTokens() {
        service.tokens().revoke(Tokens.Kind.QUEUE);
    }

    /** Ends all sessions, as the service does with sessions that are not polled. */
    public void expireSessions() {
        service.sessions().expireAll();
    }

    /**
     * Simulates a runner until its process ends, which a {@link RunnerFault} can prevent. Interrupting the thread kills
     * the process, which simulates a lost runner.
     *
     * @param encodedJitConfig as received by the client
     * @return how the runner ended; immediately with code 1 if it is not registered, with 7 if it is deprecated; with
     *     code 1 when the simulator is closed
     * @throws InterruptedException if the thread is interrupted
     */
    public RunnerExit runRunner(String encodedJitConfig) throws InterruptedException {
        JitConfig config = JitConfig.decode(encodedJitConfig);
        Runners.Attempt attempt = service.runners().connect(config.runnerId(), config.secret());
        violations.check(attempt, "runRunner");
        if (attempt instanceof Runners.Connection process) {
            try (process) {
                Optional<RunnerExit> exit = Optional.empty();
                while (exit.isEmpty()) {
                    exit = process.awaitEnd(Duration.ofHours(1));
                }
                return exit.get();
            }
        }
        return ((Runners.Rejected) attempt).exit();
    }

    /**
     * Makes GitHub forget a registered runner, idle or busy, as happens when somebody removes it or it has been offline
     * for too long. Its process exits with code 1, unless a {@link RunnerFault} makes it hang; its job fails as that of
     * a lost runner.
     *
     * @param id as in {@link RunnerView#id()}
     * @return false if the runner is not registered
     */
    public boolean forgetRunner(long id) {
        return service.runners().forget(id);
    }

    /**
     * Sets whether all runners that come online from now on exit immediately with code 7, as runners with an outdated
     * version do. Replaces all faults of kind {@link RunnerFault.Kind#DEPRECATED}, which can also affect some runners only, or
     * all between two times.
     *
     * @param deprecated whether GitHub rejects the version of all runners
     */
    public void deprecateRunners(boolean deprecated) {
        runnerFaults().deprecateAll(deprecated);
    }

    /** {@return the number of calls of each endpoint, by method and path pattern, without the admin API} */
    public Map<String, Long> calls() {
        return counts.all();
    }

    /**
     * Waits until the counts of all jobs satisfy a condition.
     *
     * @param condition the condition, which is evaluated after every change
     * @param timeout maximum time to wait
     * @throws InterruptedException if the thread is interrupted
     * @throws TimeoutException if the condition is not satisfied within the timeout
     */
    public void awaitJobs(Predicate<JobSummary> condition, Duration timeout)
            throws InterruptedException, TimeoutException {
        await(simulator -> condition.test(simulator.summary()), timeout);
    }

    /**
     * Waits until the state satisfies a condition, which is evaluated after every change while the lock of the state is
     * held, so it should be fast.
     *
     * @param condition the condition
     * @param timeout maximum time to wait
     * @throws InterruptedException if the thread is interrupted
     * @throws TimeoutException if the condition is not satisfied within the timeout
     */
    public void await(Predicate<GitHubSimulator> condition, Duration timeout)
            throws InterruptedException, TimeoutException {
        service.monitor().await(() -> condition.test(this), timeout);
    }

    /**
     * Calls the subscriber for every event from now on, in order, on a separate thread.
     *
     * @param subscriber called once for each event
     * @return closes the subscription
     */
    public AutoCloseable subscribe(Consumer<SimulatorEvent> subscriber) {
        return service.events().subscribe(subscriber);
    }

    @Override
    public void close() {
        server.close();
        service.close();
    }
}
