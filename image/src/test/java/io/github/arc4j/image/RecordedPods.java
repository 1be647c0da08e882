package io.github.arc4j.image;

import io.github.arc4j.image.RecordedProcess.Archive;
import io.github.arc4j.kube.pods.PodContext;
import io.github.arc4j.kube.pods.PodRuntime;
import io.github.arc4j.simulator.GitHubSimulator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Runs listeners as recorded processes, and simulates runners. */
final class RecordedPods implements PodRuntime {

    private final Path root;
    private final Path work;
    private final Launcher listener;
    private final GitHubSimulator github;
    private final List<String> options;
    private final Map<String, String> cluster;
    private final Archive archive;
    private volatile @Nullable RecordedProcess last;

    /**
     * @param archive whether the listener uses its archive
     * @param options additional JVM options for the listener
     * @param cluster environment variables with the address of the API server
     */
    RecordedPods(
            Path root,
            Path work,
            Launcher listener,
            GitHubSimulator github,
            Archive archive,
            List<String> options,
            Map<String, String> cluster) {
        this.root = root;
        this.work = work;
        this.listener = listener;
        this.github = github;
        this.archive = archive;
        this.options = options;
        this.cluster = cluster;
    }

    @Override
    public int run(PodContext pod) throws Exception {
        Map<String, String> environment = new HashMap<>(pod.environment(pod.mainContainer()));
        if (!pod.mainContainer().equals("listener")) {
            String jitConfig = Objects.requireNonNull(environment.get("ACTIONS_RUNNER_INPUT_JITCONFIG"));
            return github.runRunner(jitConfig).exitCode();
        }
        Path config = Files.write(
                work.resolve("config.json"),
                Objects.requireNonNull(pod.volume("listener-config").get("config.json")));
        environment.putAll(cluster);
        environment.put("LISTENER_CONFIG_PATH", config.toString());
        RecordedProcess process = RecordedProcess.start(root, work, listener, archive, options, environment, List.of());
        try {
            return process.await();
        } catch (InterruptedException e) {
            process.stop();
            last = process;
            throw e;
        }
    }

    /** The listener's process, which has exited; null until its pod is deleted. */
    @Nullable RecordedProcess ended() {
        return last;
    }
}
