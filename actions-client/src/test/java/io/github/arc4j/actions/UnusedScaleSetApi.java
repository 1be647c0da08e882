package io.github.arc4j.actions;

import io.github.arc4j.actions.model.JitConfig;
import io.github.arc4j.actions.model.Runner;
import io.github.arc4j.actions.model.RunnerGroup;
import io.github.arc4j.actions.model.RunnerScaleSet;
import java.util.Optional;

/** A service that expects no call; fakes override what they need. */
public abstract class UnusedScaleSetApi implements ScaleSetApi {
    @Override
    public RunnerGroup getRunnerGroup(String name) {
        throw new AssertionError("unexpected call");
    }

    @Override
    public Optional<RunnerScaleSet> findScaleSet(int runnerGroupId, String name) {
        throw new AssertionError("unexpected call");
    }

    @Override
    public Optional<RunnerScaleSet> getScaleSet(int id) {
        throw new AssertionError("unexpected call");
    }

    @Override
    public RunnerScaleSet createScaleSet(RunnerScaleSet scaleSet) {
        throw new AssertionError("unexpected call");
    }

    @Override
    public RunnerScaleSet updateScaleSet(int id, RunnerScaleSet changes) {
        throw new AssertionError("unexpected call");
    }

    @Override
    public void deleteScaleSet(int id) {
        throw new AssertionError("unexpected call");
    }

    @Override
    public JitConfig generateJitConfig(int scaleSetId, String runnerName, String workFolder) {
        throw new AssertionError("unexpected call");
    }

    @Override
    public Optional<Runner> getRunner(long id) {
        throw new AssertionError("unexpected call");
    }

    @Override
    public Optional<Runner> findRunner(String name) {
        throw new AssertionError("unexpected call");
    }

    @Override
    public void removeRunner(long id) {
        throw new AssertionError("unexpected call");
    }
}
