package io.github.arc4j.demo.embedded;

import io.github.arc4j.kube.pods.PodContext;
import io.github.arc4j.kube.pods.PodRuntime;

/** The implementation of the containers of the system's pods, without images. */
record PodCode(ListenerContainer listener, SharedListenerContainer sharedListener, RunnerContainer runner)
        implements PodRuntime {
    @Override
    public int run(PodContext pod) throws Exception {
        return switch (pod.mainContainer()) {
            case ListenerContainer.NAME -> listener.run(pod);
            case SharedListenerContainer.NAME -> sharedListener.run(pod);
            case RunnerContainer.NAME -> runner.run(pod);
            default -> throw new IllegalArgumentException("no code for container " + pod.mainContainer());
        };
    }
}
