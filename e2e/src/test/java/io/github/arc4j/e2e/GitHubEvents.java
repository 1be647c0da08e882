package io.github.arc4j.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.demo.stage.GitHubSide;
import io.github.arc4j.runtime.events.MessageText;
import io.github.arc4j.simulator.SimulatorEvent;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happens on GitHub from now on, to be waited for in order. */
public final class GitHubEvents {
    private static final Logger log = LoggerFactory.getLogger(GitHubEvents.class);
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    /** What was not yet looked at. */
    private final BlockingQueue<SimulatorEvent> events = new LinkedBlockingQueue<>();

    public GitHubEvents(GitHubSide gitHub) {
        gitHub.subscribe(event -> {
            log.info("{}", MessageText.of(event.toString()));
            events.add(event);
        });
    }

    /** The next event of that kind; those before it are forgotten. */
    public SimulatorEvent await(SimulatorEvent.Kind kind) throws InterruptedException {
        SimulatorEvent event;
        do {
            event = events.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            assertThat(event).as("an event %s on GitHub", kind).isNotNull();
        } while (event.kind() != kind);
        return event;
    }
}
