package io.github.arc4j.controller;

import io.github.arc4j.actions.MessageSession;
import io.github.arc4j.actions.ScaleSetApi;
import io.github.arc4j.actions.errors.ActionsException;
import io.github.arc4j.actions.errors.ConnectionException;
import io.github.arc4j.actions.errors.ErrorDetails;
import io.github.arc4j.actions.errors.JobStillRunningException;
import io.github.arc4j.actions.errors.RunnerExistsException;
import io.github.arc4j.actions.errors.RunnerGroupNotFoundException;
import io.github.arc4j.actions.errors.ScaleSetNotFoundException;
import io.github.arc4j.actions.model.JitConfig;
import io.github.arc4j.actions.model.Runner;
import io.github.arc4j.actions.model.RunnerGroup;
import io.github.arc4j.actions.model.RunnerScaleSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A fake of GitHub for the reconcilers: scale sets, runners, and which runners have jobs. */
public final class FakeGitHub implements ScaleSetApi {
    /** Registered runners by name. */
    public final Map<String, Runner> registered = new ConcurrentHashMap<>();
    /** Names of runners with a job. */
    public final Set<String> busy = ConcurrentHashMap.newKeySet();
    /** Names whose registration fails because they exist, and that do not exist when looked up. */
    public final Set<String> ghosts = ConcurrentHashMap.newKeySet();
    /** Ids that were asked to be removed, in order. */
    public final List<Long> removals = new CopyOnWriteArrayList<>();
    /** Number of successful lookups by id. */
    public int lookups;
    /** Work folders of all registrations, in order. */
    public final List<String> workFolders = new CopyOnWriteArrayList<>();

    /** Scale sets by id. */
    public final Map<Integer, RunnerScaleSet> scaleSets = new ConcurrentHashMap<>();
    /** Runner groups by name. */
    public final Map<String, Integer> groups = new ConcurrentHashMap<>(Map.of("Default", 1));
    /** Calls about one scale set, in order, such as {@code delete 101}. */
    public final List<String> scaleSetCalls = new CopyOnWriteArrayList<>();

    /** Called for each removed runner before the caller is notified. */
    public volatile Consumer<String> whenRemoved = name -> {};
    /** Runs before a scale set is returned. */
    public volatile Runnable whenRead = () -> {};

    private final Set<String> unremovable = ConcurrentHashMap.newKeySet();
    private volatile @Nullable ActionsException failure;
    private long lastId = 100;

    /** All calls fail like this; null ends it. */
    public void failWith(@Nullable ActionsException e) {
        failure = e;
    }

    /** The next call to remove the runner of this name fails. */
    public void failRemovalOf(String name) {
        unremovable.add(name);
    }

    /** A runner that somebody else registered. */
    public Runner register(String name, int scaleSetId) {
        return register(name, scaleSetId, nextId());
    }

    /** A runner that was registered earlier. */
    public Runner register(String name, int scaleSetId, long id) {
        Runner runner = new Runner(id, name, scaleSetId);
        registered.put(name, runner);
        return runner;
    }

    /** The job of a runner ends, so GitHub removes the runner. */
    public void jobEnds(String name) {
        busy.remove(name);
        registered.remove(name);
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
        lookups++;
        return withId(id);
    }

    private Optional<Runner> withId(long id) {
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
        Optional<Runner> runner = withId(id);
        if (runner.isPresent() && busy.contains(runner.get().name())) {
            throw new JobStillRunningException("job", ErrorDetails.of(400, "JobStillRunningException"));
        }
        if (runner.isPresent() && unremovable.remove(runner.get().name())) {
            throw new ConnectionException("no answer", ErrorDetails.NONE, null);
        }
        runner.ifPresent(found -> {
            registered.remove(found.name());
            whenRemoved.accept(found.name());
        });
    }

    @Override
    public RunnerGroup getRunnerGroup(String name) {
        throwFailure();
        Integer id = groups.get(name);
        if (id == null) {
            throw new RunnerGroupNotFoundException("no group " + name, ErrorDetails.of(404, ""));
        }
        return new RunnerGroup(id, name, 0, id == 1);
    }

    @Override
    public Optional<RunnerScaleSet> findScaleSet(int runnerGroupId, String name) {
        throwFailure();
        return scaleSets.values().stream()
                .filter(set ->
                        set.runnerGroupId() == runnerGroupId && set.name().equalsIgnoreCase(name))
                .findFirst();
    }

    @Override
    public Optional<RunnerScaleSet> getScaleSet(int id) {
        throwFailure();
        scaleSetCalls.add("get " + id);
        whenRead.run();
        return Optional.ofNullable(scaleSets.get(id));
    }

    @Override
    public RunnerScaleSet createScaleSet(RunnerScaleSet scaleSet) {
        throwFailure();
        int id = (int) nextId();
        scaleSetCalls.add("create " + id);
        return store(scaleSet.toBuilder().id(id));
    }

    @Override
    public RunnerScaleSet updateScaleSet(int id, RunnerScaleSet changes) {
        throwFailure();
        scaleSetCalls.add("update " + id);
        RunnerScaleSet before = scaleSets.get(id);
        if (before == null) {
            throw new ScaleSetNotFoundException("no scale set " + id, ErrorDetails.of(404, ""));
        }
        RunnerScaleSet.Builder after = before.toBuilder();
        if (!changes.name().isEmpty()) {
            after.name(changes.name());
        }
        if (changes.runnerGroupId() > 0) {
            after.runnerGroupId(changes.runnerGroupId());
        }
        if (!changes.labels().isEmpty()) {
            after.labels(changes.labels());
        }
        if (changes.runnerSetting().disableUpdate()) {
            after.disableUpdate(true);
        }
        return store(after);
    }

    private RunnerScaleSet store(RunnerScaleSet.Builder builder) {
        RunnerScaleSet scaleSet = builder.build();
        String group = groups.entrySet().stream()
                .filter(entry -> entry.getValue() == scaleSet.runnerGroupId())
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
        RunnerScaleSet stored = scaleSet.toBuilder().runnerGroupName(group).build();
        scaleSets.put(stored.id(), stored);
        return stored;
    }

    @Override
    public void deleteScaleSet(int id) {
        throwFailure();
        scaleSetCalls.add("delete " + id);
        scaleSets.remove(id);
    }

    @Override
    public MessageSession openSession(int scaleSetId, String owner) {
        throw new UnsupportedOperationException();
    }
}
