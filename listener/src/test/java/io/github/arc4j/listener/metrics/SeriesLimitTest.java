package io.github.arc4j.listener.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.messages.JobInfo;
import io.github.arc4j.actions.messages.JobStarted;
import io.github.arc4j.process.ListenerConfig;
import io.github.arc4j.process.ListenerConfig.Metrics;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How the scale sets of a process share the total number of series. */
@Timeout(60)
class SeriesLimitTest {
    private static final int MOST = 8000;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final AtomicLong nanoTime = new AtomicLong();
    private final SeriesLimit limit = new SeriesLimit(MOST, nanoTime::get);

    /** Counts started jobs only, with one series for each combination of repository and job. */
    private ListenerMetrics scaleSet(String namespace) {
        ListenerConfig config = ListenerConfig.builder()
                .configureUrl("https://github.com/acme")
                .ephemeralRunnerSetNamespace(namespace)
                .ephemeralRunnerSetName("set")
                .metrics(new Metrics(
                        Map.of("gha_started_jobs_total", List.of("repository", "job_name")), Map.of(), Map.of()))
                .build();
        return new ListenerMetrics(config, ConfigUrl.parse(config.configureUrl()), limit);
    }

    private static void startJob(ListenerMetrics scaleSet, String repository, String name) {
        scaleSet.jobStarted(new JobStarted(
                new JobInfo("x", 1, repository, "acme", "id", "", name, 1, "push", List.of(), null, null, null, null),
                1,
                "runner"));
    }

    private static void startJobs(ListenerMetrics scaleSet, String repository, int from, int to) {
        IntStream.range(from, to).forEach(i -> startJob(scaleSet, repository, "job " + i));
    }

    /** Names a new repository for each job, as a server that is not GitHub can. */
    private static void startJobsOfOneRepositoryEach(ListenerMetrics scaleSet, int from, int to) {
        IntStream.range(from, to).forEach(i -> startJob(scaleSet, "repository " + i, "job"));
    }

    /** Names of jobs that have a series of their own. */
    private static List<String> jobs(ListenerMetrics scaleSet) {
        return Collections.list(scaleSet.registry().metricFamilySamples()).stream()
                .filter(family -> family.name.equals("gha_started_jobs"))
                .flatMap(family -> family.samples.stream())
                .filter(sample -> sample.name.endsWith("_total"))
                .map(sample -> sample.labelValues.get(1))
                .filter(name -> !name.equals(MetricLabels.OTHER))
                .toList();
    }

    private static List<String> names(int number) {
        return IntStream.range(0, number).mapToObj(i -> "job " + i).toList();
    }

    private List<ListenerMetrics> hostile(int scaleSets) {
        return Stream.generate(() -> scaleSet("evil")).limit(scaleSets).toList();
    }

    @Test
    void aNamespaceWithFewSeriesLosesNoneToOneWithManyRepositories() {
        ListenerMetrics good = scaleSet("good");
        startJobs(good, "app", 0, 50);
        List<ListenerMetrics> evil = hostile(12);
        evil.forEach(scaleSet -> startJobsOfOneRepositoryEach(scaleSet, 0, 1000));
        assertThat(jobs(good)).containsExactlyInAnyOrderElementsOf(names(50));

        startJobs(good, "app", 50, 100);
        evil.forEach(scaleSet -> startJobsOfOneRepositoryEach(scaleSet, 1000, 1100));
        assertThat(jobs(good)).containsExactlyInAnyOrderElementsOf(names(100));
        assertThat(evil)
                .allSatisfy(
                        scaleSet -> assertThat(jobs(scaleSet)).hasSizeLessThanOrEqualTo(MetricLabels.MAX_COMBINATIONS));
    }

    /** All listeners of the process wait while one of them looks for room. This takes 0.3 seconds. */
    @Test
    void lookingForRoomTakesLittleTime() {
        List<ListenerMetrics> evil = hostile(12);
        evil.forEach(scaleSet -> startJobsOfOneRepositoryEach(scaleSet, 0, 1000));
        long before = THREADS.getCurrentThreadCpuTime();
        evil.forEach(scaleSet -> startJobsOfOneRepositoryEach(scaleSet, 1000, 10_000));
        assertThat(Duration.ofNanos(THREADS.getCurrentThreadCpuTime() - before)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void namespacesShareTheSeriesEquallyIfBothNeedThem() {
        List<ListenerMetrics> evil = hostile(12);
        evil.forEach(scaleSet -> startJobsOfOneRepositoryEach(scaleSet, 0, 1000));
        List<ListenerMetrics> good =
                Stream.generate(() -> scaleSet("good")).limit(8).toList();
        good.forEach(scaleSet -> startJobs(scaleSet, "app", 0, 700));
        assertThat(number(good) - good.size()).as("without the first ones").isBetween(MOST / 2 - 1, MOST / 2 + 1);
        assertThat(number(evil) - evil.size()).isBetween(MOST / 2 - 1, MOST / 2 + 1);
    }

    private static int number(List<ListenerMetrics> scaleSets) {
        return scaleSets.stream().mapToInt(scaleSet -> jobs(scaleSet).size()).sum();
    }

    /** Only one of them may use a server that is not GitHub. */
    @Test
    void aScaleSetWithFewSeriesLosesNoneToOthersOfItsNamespace() {
        ListenerMetrics good = scaleSet("evil");
        startJobs(good, "app", 0, 50);
        hostile(12).forEach(scaleSet -> startJobsOfOneRepositoryEach(scaleSet, 0, 1000));
        startJobs(good, "app", 50, 100);
        assertThat(jobs(good)).containsExactlyInAnyOrderElementsOf(names(100));
    }

    @Test
    void unusedSeriesOfOneNamespaceMakeRoomForAnother() {
        hostile(12).forEach(scaleSet -> startJobsOfOneRepositoryEach(scaleSet, 0, 1000));
        nanoTime.addAndGet(SeriesLimit.EXPIRY.toNanos());
        List<ListenerMetrics> good =
                Stream.generate(() -> scaleSet("good")).limit(7).toList();
        good.forEach(scaleSet -> startJobs(scaleSet, "app", 0, 1000));
        assertThat(good)
                .allSatisfy(scaleSet -> assertThat(jobs(scaleSet)).containsExactlyInAnyOrderElementsOf(names(1000)));
    }

    /** Listeners may handle a last message after they have been removed. */
    @Test
    void removedScaleSetsMakeRoom() {
        List<ListenerMetrics> evil = hostile(12);
        evil.forEach(scaleSet -> startJobsOfOneRepositoryEach(scaleSet, 0, 1000));
        evil.forEach(ListenerMetrics::release);
        evil.forEach(scaleSet -> startJobsOfOneRepositoryEach(scaleSet, 0, 1000));
        List<ListenerMetrics> good =
                Stream.generate(() -> scaleSet("good")).limit(8).toList();
        good.forEach(scaleSet -> startJobs(scaleSet, "app", 0, 1000));
        assertThat(number(good)).isEqualTo(MOST);
    }
}
