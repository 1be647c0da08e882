package io.github.arc4j.kube.pods;

import io.github.arc4j.kube.object.StoredObject;
import io.github.arc4j.kube.store.Change;
import io.github.arc4j.kube.store.ChangeFeed;
import io.github.arc4j.kube.store.ObjectStore;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** Runs all pods of the cluster. Tests use it to simulate failures. */
public final class Kubelet implements AutoCloseable {

    static final String NODE = "embedded";
    static final String HOST_IP = "10.0.0.1";

    /**
     * @param startDelay delay between scheduling and pulling the images
     * @param longestGrace maximum termination grace period
     * @param restartBackoff backoff before the first restart of a container; doubled with each restart
     */
    public record Settings(
            PodRuntime runtime, Duration startDelay, Duration longestGrace, Duration restartBackoff, Clock clock) {}

    private final Settings settings;
    private final ObjectStore store;
    private final Images images = new Images();
    private final Map<String, PodRun> runs = new ConcurrentHashMap<>();
    private final ChangeFeed feed;
    private int addresses;

    /** Starts on a store that does not contain pods yet. */
    public Kubelet(ObjectStore store, Settings settings) {
        this.store = store;
        this.settings = settings;
        feed = store.subscribe(List.of(store.resource("pods")), this::observe);
    }

    private void observe(Change change) {
        StoredObject pod = change.object();
        switch (change.kind()) {
            case ADDED -> {
                PodRun run = new PodRun(settings, store, images, pod, nextAddress());
                runs.put(pod.uid(), run);
                run.start();
            }
            case MODIFIED -> {
                PodRun run = runs.get(pod.uid());
                if (run != null
                        && pod.beingDeleted()
                        && change.before() != null
                        && !change.before().beingDeleted()) {
                    long seconds =
                            pod.metadata().path("deletionGracePeriodSeconds").asLong();
                    Duration grace = Duration.ofSeconds(seconds);
                    Duration longest = settings.longestGrace();
                    run.terminate(grace.compareTo(longest) < 0 ? grace : longest);
                }
            }
            case DELETED -> {
                PodRun run = runs.remove(pod.uid());
                if (run != null) {
                    run.lose();
                }
            }
        }
    }

    private String nextAddress() {
        addresses++;
        return "10.%d.%d.%d".formatted(64 + (addresses >> 16), (addresses >> 8) & 0xff, addresses & 0xff);
    }

    /**
     * Sets which images can be pulled, by default all; pods that are waiting for an image continue once it can be
     * pulled.
     */
    public void images(Predicate<String> pullable) {
        images.rule(pullable);
    }

    /** Evicts a pod as a node under pressure does: phase Failed, reason Evicted. */
    public void evict(String namespace, String name, String message) {
        run(namespace, name).evict(message);
    }

    /** Simulates an unreachable node: the pod's status is no longer updated, and the pod can only be force-deleted. */
    public void lose(String namespace, String name) {
        run(namespace, name).lose();
    }

    private PodRun run(String namespace, String name) {
        PodRun run = runs.get(store.resource("pods").get(namespace, name).uid());
        if (run == null) {
            throw new IllegalStateException("pod " + namespace + "/" + name + " is not on the node yet");
        }
        return run;
    }

    @Override
    public void close() {
        feed.close();
        runs.values().forEach(PodRun::lose);
    }
}
