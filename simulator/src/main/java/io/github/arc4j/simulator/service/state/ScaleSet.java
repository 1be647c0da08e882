package io.github.arc4j.simulator.service.state;

import io.github.arc4j.simulator.JobState;
import io.github.arc4j.simulator.ScaleSetView;
import io.github.arc4j.simulator.Statistics;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A runner scale set with its session, runners and unfinished jobs. Guarded by the monitor. */
public final class ScaleSet {
    private final int id;
    private final Scope scope;
    private final Instant createdOn = Instant.now();
    private final MessageQueue messages;
    private final Map<JobState, Set<Job>> jobs = new EnumMap<>(JobState.class);
    private final Set<Runner> runners = new LinkedHashSet<>();
    private final Set<Runner> idleRunners = new LinkedHashSet<>();
    private String name;
    private RunnerGroup group;
    private List<ScaleSetView.Label> labels;
    private boolean disableUpdate;
    private @Nullable Session session;
    private int capacity = -1;
    private int largestCapacity = -1;

    public ScaleSet(
            int id,
            Scope scope,
            String name,
            RunnerGroup group,
            List<ScaleSetView.Label> labels,
            MessageQueue messages) {
        this.id = id;
        this.scope = scope;
        this.name = name;
        this.group = group;
        this.labels = labels;
        this.messages = messages;
    }

    public int id() {
        return id;
    }

    public Scope scope() {
        return scope;
    }

    public String name() {
        return name;
    }

    public RunnerGroup group() {
        return group;
    }

    public MessageQueue messages() {
        return messages;
    }

    public Set<Runner> runners() {
        return runners;
    }

    /** Online runners without a job, in the order in which they became idle. */
    public Set<Runner> idleRunners() {
        return idleRunners;
    }

    public Set<Job> jobs(JobState state) {
        return jobs.computeIfAbsent(state, any -> new LinkedHashSet<>());
    }

    public @Nullable Session session() {
        return session;
    }

    public void session(@Nullable Session next) {
        session = next;
        capacity = -1;
        messages.arrivals().signalAll();
    }

    public void capacity(int announced) {
        capacity = announced;
        largestCapacity = Math.max(largestCapacity, announced);
    }

    public void rename(String newName) {
        name = newName;
    }

    public void group(RunnerGroup newGroup) {
        group = newGroup;
    }

    public void labels(List<ScaleSetView.Label> newLabels) {
        labels = newLabels;
    }

    public void disableUpdate(boolean value) {
        disableUpdate = value;
    }

    /** Whether more runners are online than any of its listeners has announced. */
    public boolean hasTooManyRunners() {
        return largestCapacity >= 0 && runners.stream().filter(Runner::online).count() > largestCapacity;
    }

    /** Whether another job may be offered to the listener. */
    public boolean hasCapacityToOffer() {
        return capacity
                > jobs(JobState.AVAILABLE).size() + jobs(JobState.ACQUIRED).size() + assignedJobs();
    }

    /** Whether another acquired job may be assigned. */
    public boolean hasCapacityToAssign() {
        return capacity > assignedJobs();
    }

    private int assignedJobs() {
        return jobs(JobState.ASSIGNED).size() + jobs(JobState.RUNNING).size();
    }

    /** Whether the label is the name or one of the labels of this scale set. */
    boolean hasLabel(String label) {
        return name.equalsIgnoreCase(label)
                || labels.stream().anyMatch(own -> own.name().equalsIgnoreCase(label));
    }

    public Statistics statistics() {
        return new Statistics(
                jobs(JobState.AVAILABLE).size(),
                jobs(JobState.ACQUIRED).size(),
                assignedJobs(),
                jobs(JobState.RUNNING).size(),
                runners.size(),
                jobs(JobState.RUNNING).size(),
                idleRunners.size());
    }

    public ScaleSetView view() {
        return new ScaleSetView(
                id,
                name,
                scope.path(),
                group.id(),
                group.name(),
                labels,
                disableUpdate,
                createdOn,
                capacity,
                statistics());
    }
}
