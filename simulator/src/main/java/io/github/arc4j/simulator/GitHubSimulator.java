package io.github.arc4j.simulator;

import io.github.arc4j.simulator.http.CallCounts;
import io.github.arc4j.simulator.http.JitConfig;
import io.github.arc4j.simulator.http.SimulatorServer;
import io.github.arc4j.simulator.http.ViolationLog;
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
 * The GitHub side of runner scale sets: registration, the Actions service, message queues, jobs and runners, with the wire behaviour of the
 * real service. Safe for use by several threads.
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

    /** Starts a simulator on a free port of the loopback address. */
    public static GitHubSimulator start() {
        return start(SimulatorOptions.defaults());
    }

    /**
     * Starts a simulator.
     *
     * @throws UncheckedIOException if the address is taken
     */
    public static GitHubSimulator start(SimulatorOptions options) {
        try {
            return new GitHubSimulator(options);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Base URL, without a slash at the end. */
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

    public int port() {
        return server.port();
    }

    /**
     * The config URL of a scope.
     *
     * @param path {@code org}, {@code org/repo} or {@code enterprises/name}
     */
    public String configUrl(String path) {
        return uri() + "/" + path;
    }

    /** Queues a job and answers its number. */
    public long queueJob(JobRequest job) {
        return queueJobs(job, 1).get(0);
    }

    /** Queues equal jobs and answers their numbers. */
    public List<Long> queueJobs(JobRequest job, int count) {
        return service.jobs().queue(job, count);
    }

    /** Cancels a job as a user would; false if it is finished or unknown. */
    public boolean cancelJob(long id) {
        return service.jobs().cancel(id);
    }

    /** All jobs, finished ones included, in the order in which they were queued. */
    public List<JobView> jobs() {
        return service.jobs().views();
    }

    public JobSummary summary() {
        return service.jobs().summary();
    }

    /** Counts of the jobs of one group. */
    public JobSummary summary(String group) {
        return service.jobs().summary(group);
    }

    /** The registered runners. */
    public List<RunnerView> runners() {
        return service.runners().views();
    }

    public List<ScaleSetView> scaleSets() {
        return service.scaleSets().views();
    }

    /** The open sessions. */
    public List<SessionView> sessions() {
        return service.sessions().views();
    }

    /** What clients did wrong so far. */
    public List<Violation> violations() {
        return violations.all();
    }

    public void clearViolations() {
        violations.clear();
    }

    /** The faults in force; change them here. */
    public Faults faults() {
        return faults;
    }

    /** Accepts these personal access tokens from now on, and no others. */
    public void acceptTokens(Set<String> tokens) {
        service.tokens().personalTokens(tokens);
    }

    /** Makes the admin tokens worthless that clients hold. */
    public void revokeAdminTokens() {
        service.tokens().revoke(Tokens.Kind.ADMIN);
    }

    /** Makes the message queue tokens worthless that clients hold. */
    public void revokeQueueTokens() {
        service.tokens().revoke(Tokens.Kind.QUEUE);
    }

    /** Ends all sessions, as the service does with those that are not polled. */
    public void expireSessions() {
        service.sessions().expireAll();
    }

    /**
     * Plays a runner until it ends. Interrupting it is the loss of the runner.
     *
     * @param encodedJitConfig as the client got it
     * @return how it ended; code 1 at once if the runner is not registered, 7 if it is deprecated; code 1 when the
     *     simulator is closed
     */
    public RunnerExit runRunner(String encodedJitConfig) throws InterruptedException {
        JitConfig config = JitConfig.decode(encodedJitConfig);
        Runners.Attempt attempt = service.runners().connect(config.runnerId(), config.secret());
        if (attempt instanceof Runners.Connection online) {
            if (online.isOneTooMany()) {
                violations.tooManyRunners("runRunner");
            }
            try (online) {
                Optional<RunnerExit> exit = Optional.empty();
                while (exit.isEmpty()) {
                    exit = online.awaitEnd(Duration.ofHours(1));
                }
                return exit.get();
            }
        }
        Runners.Refused refused = (Runners.Refused) attempt;
        if (refused.spent()) {
            violations.spentJitConfig("runRunner");
        }
        return refused.exit();
    }

    /** Whether runners that come online from now on end at once with code 7, as those do whose version is too old. */
    public void deprecateRunners(boolean deprecated) {
        service.runners().deprecated(deprecated);
    }

    /** How often each endpoint was called, by method and path pattern; the admin API does not count. */
    public Map<String, Long> calls() {
        return counts.all();
    }

    /**
     * Waits until the counts of all jobs fulfil a condition.
     *
     * @throws TimeoutException if they do not in this time
     */
    public void awaitJobs(Predicate<JobSummary> condition, Duration timeout)
            throws InterruptedException, TimeoutException {
        await(simulator -> condition.test(simulator.summary()), timeout);
    }

    /**
     * Waits until the state fulfils a condition, which is evaluated after every change, under the lock of the state: it should be quick.
     *
     * @throws TimeoutException if it does not in this time
     */
    public void await(Predicate<GitHubSimulator> condition, Duration timeout)
            throws InterruptedException, TimeoutException {
        service.monitor().await(() -> condition.test(this), timeout);
    }

    /** Calls the subscriber for every event from now on, in order, on a thread of the simulator's own, until closed. */
    public AutoCloseable subscribe(Consumer<SimulatorEvent> subscriber) {
        return service.events().subscribe(subscriber);
    }

    @Override
    public void close() {
        server.close();
        service.close();
    }
}
