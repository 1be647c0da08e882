package io.github.arc4j.controller.github;

import io.github.arc4j.actions.ActionsException;
import io.github.arc4j.actions.JitConfig;
import io.github.arc4j.actions.MessageSession;
import io.github.arc4j.actions.Runner;
import io.github.arc4j.actions.RunnerGroup;
import io.github.arc4j.actions.RunnerScaleSet;
import io.github.arc4j.actions.ScaleSetApi;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** Bounds the calls of one access that run at a time, and tells its health of their end. */
final class GuardedScaleSetApi implements ScaleSetApi {
    /** At 150 ms a call this is over 600 calls a second, far above what GitHub allows in the long run. */
    private static final int MAX_CONCURRENT_CALLS = 100;

    private final ScaleSetApi api;
    private final GitHubHealth health;
    private final Semaphore places = new Semaphore(MAX_CONCURRENT_CALLS, true);

    GuardedScaleSetApi(ScaleSetApi api, GitHubHealth health) {
        this.api = api;
        this.health = health;
    }

    @FunctionalInterface
    private interface Call<T> {
        T run() throws InterruptedException;
    }

    private <T> T guard(Call<T> call) throws InterruptedException {
        places.acquire();
        try {
            T answer = call.run();
            health.reset();
            return answer;
        } catch (ActionsException e) {
            health.failed(e);
            throw e;
        } finally {
            places.release();
        }
    }

    @Override
    public RunnerGroup getRunnerGroup(String name) throws InterruptedException {
        return guard(() -> api.getRunnerGroup(name));
    }

    @Override
    public Optional<RunnerScaleSet> findScaleSet(int runnerGroupId, String name) throws InterruptedException {
        return guard(() -> api.findScaleSet(runnerGroupId, name));
    }

    @Override
    public Optional<RunnerScaleSet> getScaleSet(int id) throws InterruptedException {
        return guard(() -> api.getScaleSet(id));
    }

    @Override
    public RunnerScaleSet createScaleSet(RunnerScaleSet scaleSet) throws InterruptedException {
        return guard(() -> api.createScaleSet(scaleSet));
    }

    @Override
    public RunnerScaleSet updateScaleSet(int id, RunnerScaleSet changes) throws InterruptedException {
        return guard(() -> api.updateScaleSet(id, changes));
    }

    @Override
    public void deleteScaleSet(int id) throws InterruptedException {
        guard(() -> {
            api.deleteScaleSet(id);
            return id;
        });
    }

    @Override
    public JitConfig generateJitConfig(int scaleSetId, String runnerName, String workFolder)
            throws InterruptedException {
        return guard(() -> api.generateJitConfig(scaleSetId, runnerName, workFolder));
    }

    @Override
    public Optional<Runner> getRunner(long id) throws InterruptedException {
        return guard(() -> api.getRunner(id));
    }

    @Override
    public Optional<Runner> findRunner(String name) throws InterruptedException {
        return guard(() -> api.findRunner(name));
    }

    @Override
    public void removeRunner(long id) throws InterruptedException {
        guard(() -> {
            api.removeRunner(id);
            return id;
        });
    }

    @Override
    public MessageSession openSession(int scaleSetId, String owner) throws InterruptedException {
        return guard(() -> api.openSession(scaleSetId, owner));
    }
}
