package stranger;

import io.github.arc4j.actions.ActionsClient;
import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.Message;
import io.github.arc4j.actions.MessageSession;
import io.github.arc4j.actions.PersonalAccessToken;
import io.github.arc4j.actions.RunnerScaleSet;
import java.util.Optional;

/** Takes one message of a new scale set, with a runner registered for it. */
final class Autoscaler {
    private final String configUrl;

    Autoscaler(String configUrl) {
        this.configUrl = configUrl;
    }

    Optional<Message> takeOneMessage() throws InterruptedException {
        try (ActionsClient client = ActionsClient.builder(
                        ConfigUrl.parse(configUrl), () -> new PersonalAccessToken("sim-pat"))
                .build()) {
            RunnerScaleSet wanted = RunnerScaleSet.builder()
                    .name("strangers")
                    .runnerGroupId(client.getRunnerGroup("Default").id())
                    .build();
            int id = client.createScaleSet(wanted).id();
            try (MessageSession session = client.openSession(id, "stranger")) {
                client.generateJitConfig(id, "runner", "");
                return session.poll(0, 1);
            }
        }
    }
}
