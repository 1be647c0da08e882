package io.github.arc4j.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.arc4j.demo.embedded.EmbeddedStage;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The web console shows the jobs and problems of the real controller and listeners. */
class ConsoleTourTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Map<String, String> PROBLEMS = Map.of(
            "docs", "SecretMissing",
            "gpu", "ImagePullFailed",
            "mobile", "AuthenticationFailed");

    @Test
    void theConsoleNamesTheCauseOfEachProblemAndShowsJobs() throws Exception {
        try (EmbeddedStage stage = ConsoleTour.stage(line -> {})) {
            ConsoleTour tour = new ConsoleTour(stage, line -> {});
            URI console = URI.create("http://localhost:" + tour.start() + "/");
            tour.queueJobs();
            Instant end = Instant.now().plus(LIMIT);
            while (!(problems(console).equals(PROBLEMS) && showsJob(console))
                    && Instant.now().isBefore(end)) {
                Thread.sleep(200);
            }

            assertThat(problems(console)).isEqualTo(PROBLEMS);
            assertThat(showsJob(console)).isTrue();
        }
    }

    /** The first reason of each scale set that has a problem. */
    private static Map<String, String> problems(URI console) {
        Map<String, String> problems = new HashMap<>();
        for (JsonNode set : read(console.resolve("fleet")).path("scaleSets")) {
            if (set.path("health").asText().equals("problem")) {
                problems.put(
                        set.path("name").asText(), set.at("/problems/0/reason").asText());
            }
        }
        return problems;
    }

    private static boolean showsJob(URI console) {
        JsonNode job = read(console.resolve("jobs?set=arc-runners/linux")).path(0);
        return job.hasNonNull("queued") && job.hasNonNull("running") && job.hasNonNull("registered");
    }

    /** Nothing as long as the controller is starting. */
    private static JsonNode read(URI page) {
        ObjectMapper json = new ObjectMapper();
        try {
            return json.readTree(page.toURL());
        } catch (IOException e) {
            return json.createObjectNode();
        }
    }
}
