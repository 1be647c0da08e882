package io.github.arc4j.actions.examples;

import io.github.arc4j.actions.ActionsClient;
import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.JobCompleted;
import io.github.arc4j.actions.PersonalAccessToken;
import io.github.arc4j.actions.RunnerScaleSet;
import io.github.arc4j.actions.ScaleSetApi;
import io.github.arc4j.actions.Statistics;
import io.github.arc4j.actions.loop.MessageListener;
import io.github.arc4j.actions.loop.MessageLoop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Set;

/** A scale set of up to four runners on this machine. */
public record LocalRunners(ScaleSetApi api, int scaleSet, String command, Set<String> runners)
        implements MessageListener {
    /** Arguments: config URL, token, scale set name, command that accepts {@code --jitconfig}. */
    public static void main(String[] arguments) throws InterruptedException {
        ConfigUrl url = ConfigUrl.parse(arguments[0]);
        try (ActionsClient client = ActionsClient.builder(url, () -> new PersonalAccessToken(arguments[1]))
                .build()) {
            int group = client.getRunnerGroup("default").id();
            RunnerScaleSet desired = RunnerScaleSet.builder()
                    .name(arguments[2])
                    .runnerGroupId(group)
                    .build();
            RunnerScaleSet existing = client.findScaleSet(group, desired.name()).orElse(null);
            int id = (existing == null ? client.createScaleSet(desired) : existing).id();
            new MessageLoop(client, id, "my-host", new LocalRunners(client, id, arguments[3], new HashSet<>())).run();
        }
    }

    @Override
    public int maxCapacity() {
        return 4;
    }

    @Override
    public void scale(Statistics statistics) throws InterruptedException {
        while (runners.size() < Math.min(statistics.totalAssignedJobs(), maxCapacity())) {
            String name = "runner-" + Long.toHexString(System.nanoTime());
            String config = api.generateJitConfig(scaleSet, name, "_work").encodedJitConfig();
            try {
                new ProcessBuilder(command, "--jitconfig", config).inheritIO().start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            runners.add(name);
        }
    }

    @Override
    public void completed(JobCompleted job) {
        runners.remove(job.runnerName());
    }
}
