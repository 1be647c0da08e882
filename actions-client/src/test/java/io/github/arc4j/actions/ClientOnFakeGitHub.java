package io.github.arc4j.actions;

import static io.github.arc4j.actions.FakeGitHub.AGENTS;
import static io.github.arc4j.actions.FakeGitHub.json;

import io.github.arc4j.actions.Clients.Waits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What a test of a client needs that has yet to register with a fake GitHub, which knows the runner 5. */
abstract class ClientOnFakeGitHub {
    final FakeGitHub github = new FakeGitHub();
    final Waits waits = new Waits();
    ActionsClient client;

    @BeforeEach
    void start() {
        client = Clients.builder(github, waits).build();
        github.service("GET", AGENTS + "/5", json(200, "{\"id\":5,\"name\":\"r\"}"));
    }

    @AfterEach
    void stop() {
        client.close();
        github.close();
    }
}
