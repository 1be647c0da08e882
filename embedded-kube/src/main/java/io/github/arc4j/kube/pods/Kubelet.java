package io.github.arc4j.kube.pods;

import io.github.arc4j.kube.store.Change;
import io.github.arc4j.kube.store.ChangeFeed;
import io.github.arc4j.kube.store.ObjectStore;
import io.github.arc4j.kube.store.StoredObject;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** Runs all pods of the cluster. Tests use it to make things go wrong. */
public final class Kubelet implements AutoCloseable {

    static final String NODE = "embedded";
    static final String HOST_IP = "10.0.0.1";

    /**
     * @param startDelay between scheduling and the pull of the images
     * @param longestGrace bounds the grace periods that pods ask for
     * @param restartBackOff before the first restart of a container; doubles with each
     */
    public record Settings(
            PodRuntime runtime, Duration startDelay, Duration longestGrace, Duration restartBackOff, Clock clock) {}

    private final Settings settings;
    private final ObjectStore store;
    private final Images images = new Images();
    private final Map<String, PodRun> runs = new ConcurrentHashMap<>();
    private final ChangeFeed feed;
    private int addresses;

    /** Starts on a store that has no pods yet. */
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

    /** Decides from now on which images can be pulled, all by default; pods that wait for one go on as soon as it can be. */
    public void images(Predicate<String> pullable) {
        images.rule(pullable);
    }

    /** Ends a pod as a node under pressure does: phase Failed, reason Evicted. */
    public void evict(String namespace, String name, String message) {
        run(namespace, name).evict(message);
    }

    /** Lets a pod's node fall silent: its status stays as it is, and it can only be deleted by force. */
    public void lose(String namespace, String name) {
        run(namespace, name).lose();
    }

    private PodRun run(String namespace, String name) {
        PodRun run = runs.get(store.resource("pods").get(namespace, name).uid());
        if (run == null) {
            throw new IllegalStateException("pod " + namespace + "/" + name + " isn't on the node yet");
        }
        return run;
    }

    @Override
    public void close() {
        feed.close();
        runs.values().forEach(PodRun::lose);
    }
}
