package io.github.arc4j.demo;

import io.github.arc4j.demo.account.JobAccount;
import io.github.arc4j.demo.account.LatencyTable;
import io.github.arc4j.demo.account.Terminal;
import io.github.arc4j.demo.stage.ObjectRef;
import io.github.arc4j.demo.stage.ObjectType;
import io.github.arc4j.demo.stage.Stage;
import io.github.arc4j.simulator.JobRequest;
import io.github.arc4j.simulator.SimulatorEvent;
import io.github.arc4j.simulator.Violation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The whole lifetime of a scale set: installs it, runs jobs, uninstalls it, and checks that nothing is left. */
final class MainJob {
    private static final Duration START_TIMEOUT = Duration.ofMinutes(2);
    private static final Duration CLEAN_UP_TIMEOUT = Duration.ofSeconds(30);

    /** In addition to the total duration of the jobs if they ran one after another. */
    private static final Duration RUN_TIMEOUT = Duration.ofMinutes(3);

    private final Stage stage;
    private final DemoOptions options;
    private final Terminal terminal;
    private final List<String> problems = new ArrayList<>();

    MainJob(Stage stage, DemoOptions options, Terminal terminal) {
        this.stage = stage;
        this.options = options;
        this.terminal = terminal;
    }

    /** Runs everything; returns the problems as readable text. */
    List<String> run() throws Exception {
        Set<ObjectRef> before = stage.objects().objects();
        install();
        runJobs();
        uninstall(before);
        return problems;
    }

    private void install() throws Exception {
        terminal.heading("Install");
        CountDownLatch session = new CountDownLatch(1);
        try (AutoCloseable _ = stage.gitHub().subscribe(event -> {
            if (event.kind() == SimulatorEvent.Kind.SESSION_OPENED) {
                session.countDown();
            }
        })) {
            stage.install();
            terminal.line("controller and AutoscalingRunnerSet %s installed".formatted(Stage.SCALE_SET));
            if (!session.await(START_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                throw new TimeoutException("the listener did not start within " + START_TIMEOUT.toSeconds() + " s");
            }
            terminal.line("scale set registered on GitHub, its listener is waiting for jobs");
        }
    }

    private void runJobs() throws Exception {
        terminal.heading("Run %d jobs of %s s".formatted(options.jobs(), seconds(options.duration())));
        JobAccount account = new JobAccount(options.jobs(), terminal);
        Map<String, Long> requestsBefore = stage.requests();
        try (AutoCloseable _ = stage.gitHub().subscribe(account::onGitHub);
                AutoCloseable _ = stage.objects().subscribe(change -> {
                    if (change.object().kind().equals(ObjectType.EPHEMERAL_RUNNER.kind())) {
                        account.onRunner(change);
                    }
                })) {
            JobRequest job = JobRequest.builder(Stage.SCALE_SET)
                    .duration(options.duration())
                    .build();
            JobRequest failing = JobRequest.builder(Stage.SCALE_SET)
                    .duration(options.duration())
                    .result("failed")
                    .build();
            stage.gitHub().queue(job, options.jobs() - options.failing());
            stage.gitHub().queue(failing, options.failing());
            account.awaitEnd(RUN_TIMEOUT.plus(options.duration().multipliedBy(options.jobs())));
        } finally {
            terminal.endProgress();
        }
        long succeeded = account.ended("succeeded");
        if (succeeded != options.jobs() - options.failing() || account.ended("failed") != options.failing()) {
            problems.add(
                    "%d of %d jobs succeeded, %d failed".formatted(succeeded, options.jobs(), account.ended("failed")));
        }
        summarize(account, requestsBefore);
    }

    private void summarize(JobAccount account, Map<String, Long> requestsBefore) throws Exception {
        terminal.heading("Summary");
        terminal.plain(LatencyTable.of(account));
        Map<String, Long> requests = stage.requests();
        double perJob = 0;
        for (String process : List.of("controller", "listener")) {
            long count = requests.getOrDefault(process, 0L) - requestsBefore.getOrDefault(process, 0L);
            perJob += (double) count / options.jobs();
            terminal.plain(
                    "  %-30s %8s".formatted(process + " requests per job", decimal((double) count / options.jobs())));
        }
        terminal.plain("  %-30s %8s".formatted("both", decimal(perJob)));
        for (Violation violation : stage.gitHub().violations()) {
            problems.add("protocol violation: %s: %s (%d times, %s)"
                    .formatted(violation.rule(), violation.message(), violation.count(), violation.call()));
        }
    }

    private void uninstall(Set<ObjectRef> before) throws Exception {
        terminal.heading("Uninstall");
        stage.uninstall();
        terminal.line("controller and AutoscalingRunnerSet uninstalled");
        stage.gitHub().leftovers().forEach(left -> problems.add("left on GitHub: " + left));
        stage.objects()
                .awaitOnly(before, CLEAN_UP_TIMEOUT)
                .forEach(left -> problems.add("left in the cluster: " + left));
        if (problems.isEmpty()) {
            terminal.line("nothing is left on GitHub or in the cluster");
        }
    }

    private static String seconds(Duration duration) {
        return decimal(duration.toMillis() / 1000.0);
    }

    private static String decimal(double number) {
        return String.format(Locale.ROOT, "%.1f", number);
    }
}
