package io.github.arc4j.controller;

import io.github.arc4j.actions.ActionsException;
import io.github.arc4j.actions.ErrorDetails;
import io.github.arc4j.actions.JitConfig;
import io.github.arc4j.actions.JobStillRunningException;
import io.github.arc4j.actions.MessageSession;
import io.github.arc4j.actions.Runner;
import io.github.arc4j.actions.RunnerExistsException;
import io.github.arc4j.actions.RunnerGroup;
import io.github.arc4j.actions.RunnerScaleSet;
import io.github.arc4j.actions.ScaleSetApi;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** GitHub as far as runners are concerned: what is registered, and who has a job. */
public final class FakeGitHub implements ScaleSetApi {
    /** Registered runners by name. */
    public final Map<String, Runner> registered = new ConcurrentHashMap<>();
    /** Names of runners with a job. */
    public final Set<String> busy = ConcurrentHashMap.newKeySet();
    /** Names that seem to be registered once more, and are not when asked for. */
    public final Set<String> ghosts = ConcurrentHashMap.newKeySet();
    /** Ids that were asked to be removed, in order. */
    public final List<Long> removals = new CopyOnWriteArrayList<>();
    /** Work folders of all registrations, in order. */
    public final List<String> workFolders = new CopyOnWriteArrayList<>();

    private volatile @Nullable ActionsException failure;
    private long lastId = 100;

    /** All calls fail like this; null ends it. */
    public void failWith(@Nullable ActionsException e) {
        failure = e;
    }

    /** A runner that somebody else registered. */
    public Runner register(String name, int scaleSetId) {
        Runner runner = new Runner(nextId(), name, scaleSetId);
        registered.put(name, runner);
        return runner;
    }

    /** The id of a registered runner. */
    public long idOf(String name) {
        return Objects.requireNonNull(registered.get(name), name).id();
    }

    private synchronized long nextId() {
        return ++lastId;
    }

    private void throwFailure() {
        ActionsException e = failure;
        if (e != null) {
            throw e;
        }
    }

    @Override
    public JitConfig generateJitConfig(int scaleSetId, String runnerName, String workFolder) {
        throwFailure();
        if (ghosts.remove(runnerName) || registered.containsKey(runnerName)) {
            throw new RunnerExistsException("exists", ErrorDetails.of(409, "AgentExistsException"));
        }
        workFolders.add(workFolder);
        return new JitConfig(register(runnerName, scaleSetId), "jit-of-" + runnerName + "-" + lastId);
    }

    @Override
    public Optional<Runner> getRunner(long id) {
        throwFailure();
        return registered.values().stream().filter(runner -> runner.id() == id).findFirst();
    }

    @Override
    public Optional<Runner> findRunner(String name) {
        throwFailure();
        return Optional.ofNullable(registered.get(name));
    }

    @Override
    public void removeRunner(long id) {
        throwFailure();
        removals.add(id);
        Optional<Runner> runner = getRunner(id);
        if (runner.isPresent() && busy.contains(runner.get().name())) {
            throw new JobStillRunningException("job", ErrorDetails.of(400, "JobStillRunningException"));
        }
        runner.ifPresent(found -> registered.remove(found.name()));
    }

    @Override
    public RunnerGroup getRunnerGroup(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<RunnerScaleSet> findScaleSet(int runnerGroupId, String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<RunnerScaleSet> getScaleSet(int id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public RunnerScaleSet createScaleSet(RunnerScaleSet scaleSet) {
        throw new UnsupportedOperationException();
    }

    @Override
    public RunnerScaleSet updateScaleSet(int id, RunnerScaleSet changes) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void deleteScaleSet(int id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public MessageSession openSession(int scaleSetId, String owner) {
        throw new UnsupportedOperationException();
    }
}
