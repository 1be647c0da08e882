package stranger;

import io.github.arc4j.actions.ActionsClient;
import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.MessageSession;
import io.github.arc4j.actions.PersonalAccessToken;
import io.github.arc4j.actions.messages.Message;
import io.github.arc4j.actions.model.RunnerScaleSet;
import java.util.Optional;

/** Polls one message of a new scale set, for which a runner is registered. */
final class Autoscaler {
    private final String configUrl;

    Autoscaler(String configUrl) {
        this.configUrl = configUrl;
    }

    Optional<Message> pollOneMessage() throws InterruptedException {
        try (ActionsClient client = ActionsClient.builder(
                        ConfigUrl.parse(configUrl), () -> new PersonalAccessToken("sim-pat"))
                .build()) {
            RunnerScaleSet scaleSet = RunnerScaleSet.builder()
                    .name("strangers")
                    .runnerGroupId(client.getRunnerGroup("Default").id())
                    .build();
            int id = client.createScaleSet(scaleSet).id();
            try (MessageSession session = client.openSession(id, "stranger")) {
                client.generateJitConfig(id, "runner", "");
                return session.poll(0, 1);
            }
        }
    }
}
