package io.github.arc4j.kube.pods;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.arc4j.kube.object.ApiException;
import io.github.arc4j.kube.object.StoredObject;
import io.github.arc4j.kube.store.ChangeFeed;
import io.github.arc4j.kube.store.DeleteOptions;
import io.github.arc4j.kube.store.ObjectStore;
import io.github.arc4j.kube.store.Patch;
import io.github.arc4j.kube.store.ResourceStore;
import io.github.arc4j.kube.store.ResourceStore.Part;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One pod on the node, from its binding to its termination. */
final class PodRun implements PodContext, Runnable {

    private static final Logger log = LoggerFactory.getLogger(PodRun.class);
    private static final int KILLED = 137;
    private static final int TERMINATED = 143;

    private final Kubelet.Settings settings;
    private final ObjectStore store;
    private final ResourceStore pods;
    private final Images images;
    private final String ip;
    private final PodInputs inputs;
    private final Thread worker;
    // The thread that sets it reports how the pod ended; nothing is reported after that.
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile StoredObject pod;
    private volatile boolean lost;

    PodRun(Kubelet.Settings settings, ObjectStore store, Images images, StoredObject pod, String ip) {
        this.settings = settings;
        this.store = store;
        this.pods = store.resource("pods");
        this.images = images;
        this.pod = pod;
        this.ip = ip;
        this.inputs = new PodInputs(store, this::pod);
        this.worker = Thread.ofVirtual().name("pod " + pod.key()).unstarted(this);
    }

    void start() {
        worker.start();
    }

    @Override
    public void run() {
        int exitCode;
        try {
            write(Part.OBJECT, current -> {
                if (current.path("spec") instanceof ObjectNode spec) {
                    spec.put("nodeName", Kubelet.NODE);
                }
                return current;
            });
            status(PodStatus::scheduled);
            Thread.sleep(settings.startDelay());
            pullImages();
            awaitReferences();
            exitCode = runContainer();
        } catch (InterruptedException e) {
            exitCode = TERMINATED;
        }
        end(exitCode);
    }

    private void pullImages() throws InterruptedException {
        for (String list : List.of("initContainers", "containers")) {
            for (JsonNode container : pod().path("spec").path(list)) {
                String image = container.path("image").asText();
                if (!images.pullable(image)) {
                    String message = "failed to pull and unpack image \"" + image + "\": not found";
                    status(status -> status.waiting(container::equals, "ErrImagePull", message));
                    String backOff = "Back-off pulling image \"" + image + "\"";
                    status(status -> status.waiting(container::equals, "ImagePullBackOff", backOff));
                    images.await(image);
                }
            }
        }
    }

    private void awaitReferences() throws InterruptedException {
        if (referencesExist()) {
            return;
        }
        try (ChangeFeed changes = store.feed(List.of(store.resource("secrets"), store.resource("configmaps")))) {
            while (!referencesExist()) {
                changes.take();
            }
        }
    }

    private boolean referencesExist() {
        try {
            inputs.check();
            return true;
        } catch (PodInputs.MissingException e) {
            status(status -> status.waiting(
                    container -> container.path("name").asText().equals(e.container),
                    "CreateContainerConfigError",
                    e.what));
            return false;
        }
    }

    /** Runs the main container, repeatedly if the restart policy requires it. */
    private int runContainer() throws InterruptedException {
        String policy = pod().path("spec").path("restartPolicy").asText();
        Duration backoff = settings.restartBackoff();
        while (true) {
            status(status -> status.running(ip));
            int exitCode = invoke();
            if (policy.equals("Never") || (policy.equals("OnFailure") && exitCode == 0)) {
                return exitCode;
            }
            status(status -> {
                status.exited(mainContainer(), exitCode);
                status.restarting(mainContainer());
            });
            Thread.sleep(backoff);
            backoff = backoff.multipliedBy(2);
        }
    }

    private int invoke() throws InterruptedException {
        try {
            return settings.runtime().run(this);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            log.warn("Pod {} failed", pod.key(), e);
            return 1;
        }
    }

    private void end(int exitCode) {
        if (ended.compareAndSet(false, true)) {
            write(Part.STATUS, report(status -> status.ended(mainContainer(), exitCode)));
        }
    }

    /** Terminates the pod within its grace period, then deletes it. Returns immediately. */
    void terminate(Duration grace) {
        if (lost) {
            return;
        }
        Thread.ofVirtual().name("termination of pod " + pod.key()).start(() -> {
            worker.interrupt();
            try {
                boolean inTime = worker.join(grace);
                end(inTime ? TERMINATED : KILLED);
                pods.delete(namespace(), name(), DeleteOptions.now(pod.uid()));
            } catch (ApiException e) {
                log.debug("Pod {} was deleted: {}", pod.key(), e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Evicts the pod as a node under pressure does. */
    void evict(String message) {
        if (ended.compareAndSet(false, true)) {
            write(Part.STATUS, report(status -> {
                status.ended(mainContainer(), KILLED);
                status.evicted(message);
            }));
        }
        worker.interrupt();
    }

    /** Stops the pod silently: nothing more is reported, and a deletion is not executed. */
    void lose() {
        lost = true;
        ended.set(true);
        worker.interrupt();
    }

    private void status(Consumer<PodStatus> edit) {
        if (!ended.get()) {
            write(Part.STATUS, report(edit));
        }
    }

    private Patch report(Consumer<PodStatus> edit) {
        return current -> {
            edit.accept(new PodStatus(current, settings.clock().instant()));
            return current;
        };
    }

    private void write(Part part, Patch patch) {
        StoredObject known = pod;
        try {
            pod = pods.patch(namespace(), name(), part, current -> {
                if (!current.path("metadata").path("uid").asText().equals(known.uid())) {
                    throw ApiException.notFound(known.type(), known.name());
                }
                return patch.apply(current);
            });
        } catch (ApiException e) {
            log.debug("Pod {} was deleted: {}", known.key(), e.getMessage());
        }
    }

    @Override
    public JsonNode pod() {
        return pod.json();
    }

    @Override
    public String namespace() {
        return pod.namespace();
    }

    @Override
    public String name() {
        return pod.name();
    }

    @Override
    public String mainContainer() {
        String named = pod().path("metadata")
                .path("annotations")
                .path("kubectl.kubernetes.io/default-container")
                .asText();
        return named.isEmpty()
                ? pod().path("spec").path("containers").path(0).path("name").asText()
                : named;
    }

    @Override
    public Map<String, String> environment(String container) {
        return inputs.environment(container);
    }

    @Override
    public Map<String, byte[]> volume(String name) {
        return inputs.volume(name);
    }

    @Override
    public void ready(boolean ready) {
        status(status -> status.ready(ready));
    }

    @Override
    public void exit(String container, int exitCode) {
        status(status -> status.exited(container, exitCode));
    }
}
