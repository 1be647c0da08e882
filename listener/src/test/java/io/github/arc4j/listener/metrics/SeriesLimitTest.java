package io.github.arc4j.listener.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.messages.JobCompleted;
import io.github.arc4j.actions.messages.JobInfo;
import io.github.arc4j.actions.messages.JobStarted;
import io.github.arc4j.process.ListenerConfig;
import io.github.arc4j.process.ListenerConfig.Histogram;
import io.github.arc4j.process.ListenerConfig.Metrics;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How the scale sets of a process share the total number of series. */
class SeriesLimitTest {
    private static final int MOST = 8000;
    private static final List<String> LABELS = List.of("repository", "job_name");
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private static final Instant TIME = Instant.EPOCH;

    private final AtomicLong nanoTime = new AtomicLong();
    private final SeriesLimit limit = new SeriesLimit(MOST, nanoTime::get);

    /** Counts started jobs only, with one series for each combination of repository and job. */
    private ListenerMetrics scaleSet(String namespace) {
        return scaleSet(namespace, new Metrics(Map.of("gha_started_jobs_total", LABELS), Map.of(), Map.of()));
    }

    private List<ListenerMetrics> withBuckets(String namespace, int buckets, int scaleSets) {
        List<Double> bounds =
                IntStream.range(0, buckets).mapToObj(i -> (double) i).toList();
        Metrics metrics = new Metrics(
                Map.of(), Map.of(), Map.of("gha_job_startup_duration_seconds", new Histogram(LABELS, bounds)));
        return Stream.generate(() -> scaleSet(namespace, metrics))
                .limit(scaleSets)
                .toList();
    }

    private ListenerMetrics scaleSet(String namespace, Metrics metrics) {
        ListenerConfig config = ListenerConfig.builder()
                .configureUrl("https://github.com/acme")
                .ephemeralRunnerSetNamespace(namespace)
                .ephemeralRunnerSetName("set")
                .metrics(metrics)
                .build();
        return new ListenerMetrics(config, ConfigUrl.parse(config.configureUrl()), limit);
    }

    private static void startJob(ListenerMetrics scaleSet, String repository, String name) {
        scaleSet.jobStarted(new JobStarted(
                new JobInfo("x", 1, repository, "acme", "id", "", name, 1, "push", List.of(), null, TIME, TIME, null),
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
                .filter(family -> family.name.equals("gha_started_jobs")
                        || family.name.equals("gha_job_startup_duration_seconds"))
                .flatMap(family -> family.samples.stream())
                .filter(sample -> sample.name.endsWith("_total") || sample.name.endsWith("_count"))
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

    /** A server that is not GitHub may send any. */
    @Test
    void eventsAndResultsOfJobsDoNotExceedTheLimit() {
        ListenerMetrics evil = scaleSet(
                "evil",
                new Metrics(
                        Map.of("gha_completed_jobs_total", List.of("event_name", "job_result")), Map.of(), Map.of()));
        for (String prefix : List.of("x", "y")) {
            IntStream.range(0, 1000).forEach(i -> completeJob(evil, prefix + i, prefix + i));
        }
        completeJob(evil, "push", "failed");
        assertThat(Collections.list(evil.registry().metricFamilySamples()).stream()
                        .filter(family -> family.name.equals("gha_completed_jobs"))
                        .flatMap(family -> family.samples.stream())
                        .filter(sample -> sample.name.endsWith("_total"))
                        .map(sample -> sample.labelValues))
                .hasSize(MetricLabels.MAX_COMBINATIONS + 2)
                .contains(List.of("other", "other"), List.of("push", "failed"));
    }

    private static void completeJob(ListenerMetrics scaleSet, String event, String result) {
        JobInfo job = new JobInfo("x", 1, "app", "acme", "id", "", "job", 1, event, List.of(), null, TIME, TIME, TIME);
        scaleSet.jobCompleted(new JobCompleted(job, result, 1, "runner"));
    }

    /** Each bucket takes memory. */
    @Test
    void aHistogramWithMoreBucketsThanByDefaultCountsSeveralTimes() {
        List<ListenerMetrics> evil = withBuckets("evil", 100, 50);
        evil.forEach(scaleSet -> startJobs(scaleSet, "app", 0, 200));
        assertThat(number(evil) - evil.size()).isBetween(MOST / 3 - 1, MOST / 3);
        evil.forEach(ListenerMetrics::release);

        List<ListenerMetrics> good = withBuckets("good", 45, 50);
        good.forEach(scaleSet -> startJobs(scaleSet, "app", 0, 200));
        assertThat(number(good) - good.size()).isEqualTo(MOST);
    }

    @Test
    void longLabelsCountSeveralTimes() {
        assertThat(numberOfSeries(399)).isEqualTo(MOST);
        assertThat(numberOfSeries(400)).isBetween(MOST / 2 - 12, MOST / 2);
    }

    private int numberOfSeries(int characters) {
        List<ListenerMetrics> scaleSets = hostile(12);
        String repository = "r".repeat(200);
        String job = "j".repeat(characters - repository.length() - 4);
        scaleSets.forEach(
                scaleSet -> IntStream.range(1000, 2000).forEach(i -> startJob(scaleSet, repository, job + i)));
        int number = number(scaleSets) - scaleSets.size();
        scaleSets.forEach(ListenerMetrics::release);
        return number;
    }

    @Test
    void namespacesShareTheMemoryEquallyWhateverTheirMetricsAre() {
        List<ListenerMetrics> evil = withBuckets("evil", 100, 50);
        List<ListenerMetrics> good =
                Stream.generate(() -> scaleSet("good")).limit(8).toList();
        evil.forEach(scaleSet -> startJobs(scaleSet, "app", 0, 200));
        good.forEach(scaleSet -> startJobs(scaleSet, "app", 0, 1000));
        evil.forEach(scaleSet -> startJobs(scaleSet, "app", 200, 400));
        assertThat(number(good) - good.size()).isBetween(MOST / 2 - 3, MOST / 2 + 3);
        assertThat(3 * (number(evil) - evil.size())).isBetween(MOST / 2 - 3, MOST / 2 + 3);
        assertThat(evil).allSatisfy(scaleSet -> assertThat(jobs(scaleSet)).isNotEmpty());
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
