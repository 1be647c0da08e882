package io.github.arc4j.demo.embedded;

import io.github.arc4j.api.RunnerEnvironment;
import io.github.arc4j.demo.stage.RunnerTemplate;
import io.github.arc4j.kube.pods.PodContext;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The runner container: one call to the simulator, which lasts as long as the runner's job. */
record RunnerContainer(HttpClient http) {
    static final String NAME = "runner";

    private static final Pattern EXIT = Pattern.compile("exit=(\\d+) .*");

    /** Returns the exit code; an interrupt simulates a lost runner. */
    int run(PodContext pod) throws IOException, InterruptedException {
        Map<String, String> environment = pod.environment(NAME);
        String url =
                Objects.requireNonNull(environment.get(RunnerTemplate.SIMULATOR_URL), RunnerTemplate.SIMULATOR_URL);
        String jitConfig =
                Objects.requireNonNull(environment.get(RunnerEnvironment.JIT_CONFIG), RunnerEnvironment.JIT_CONFIG);
        HttpRequest call = HttpRequest.newBuilder(URI.create(url + RunnerTemplate.RUNNER_CALL))
                .POST(BodyPublishers.ofString(jitConfig))
                .build();
        String response = http.send(call, BodyHandlers.ofString()).body();
        Matcher exit = EXIT.matcher(response.stripTrailing().lines().reduce("", (before, line) -> line));
        return exit.matches() ? Integer.parseInt(exit.group(1)) : 1;
    }
}
