package io.github.arc4j.controller.github;

import io.github.arc4j.actions.MessageSession;
import io.github.arc4j.actions.ScaleSetApi;
import io.github.arc4j.actions.model.JitConfig;
import io.github.arc4j.actions.model.Runner;
import io.github.arc4j.actions.model.RunnerGroup;
import io.github.arc4j.actions.model.RunnerScaleSet;
import java.util.Optional;

/** Makes each call through a {@link CallGuard}. */
final class GuardedScaleSetApi implements ScaleSetApi {
    private final ScaleSetApi api;
    private final CallGuard guard;

    GuardedScaleSetApi(ScaleSetApi api, CallGuard guard) {
        this.api = api;
        this.guard = guard;
    }

    @Override
    public RunnerGroup getRunnerGroup(String name) throws InterruptedException {
        return guard.run(() -> api.getRunnerGroup(name));
    }

    @Override
    public Optional<RunnerScaleSet> findScaleSet(int runnerGroupId, String name) throws InterruptedException {
        return guard.run(() -> api.findScaleSet(runnerGroupId, name));
    }

    @Override
    public Optional<RunnerScaleSet> getScaleSet(int id) throws InterruptedException {
        return guard.run(() -> api.getScaleSet(id));
    }

    @Override
    public RunnerScaleSet createScaleSet(RunnerScaleSet scaleSet) throws InterruptedException {
        return guard.run(() -> api.createScaleSet(scaleSet));
    }

    @Override
    public RunnerScaleSet updateScaleSet(int id, RunnerScaleSet changes) throws InterruptedException {
        return guard.run(() -> api.updateScaleSet(id, changes));
    }

    @Override
    public void deleteScaleSet(int id) throws InterruptedException {
        guard.run(() -> {
            api.deleteScaleSet(id);
            return id;
        });
    }

    @Override
    public JitConfig generateJitConfig(int scaleSetId, String runnerName, String workFolder)
            throws InterruptedException {
        return guard.run(() -> api.generateJitConfig(scaleSetId, runnerName, workFolder));
    }

    @Override
    public Optional<Runner> getRunner(long id) throws InterruptedException {
        return guard.run(() -> api.getRunner(id));
    }

    @Override
    public Optional<Runner> findRunner(String name) throws InterruptedException {
        return guard.run(() -> api.findRunner(name));
    }

    @Override
    public void removeRunner(long id) throws InterruptedException {
        guard.run(() -> {
            api.removeRunner(id);
            return id;
        });
    }

    @Override
    public MessageSession openSession(int scaleSetId, String owner) throws InterruptedException {
        return guard.run(() -> api.openSession(scaleSetId, owner));
    }
}
