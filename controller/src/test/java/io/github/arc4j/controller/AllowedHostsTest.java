package io.github.arc4j.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.arc4j.controller.github.AllowedGitHubHosts;
import io.github.arc4j.controller.options.ReconcilerSettings;
import io.github.arc4j.controller.options.ReconcilerSettingsBuilder;
import io.github.arc4j.simulator.faults.Fault;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Only hosts that the operator has listed get requests, with credentials or without. */
class AllowedHostsTest {
    private final ControllerFixture fixture = new ControllerFixture();

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }

    private static ReconcilerSettings onlyGitHub(ReconcilerSettings settings) {
        return ReconcilerSettingsBuilder.builder(settings)
                .allowedGitHubHosts(AllowedGitHubHosts.of(List.of("github.com")))
                .build();
    }

    @Test
    void anUnlistedHostGetsNoRequest() throws Exception {
        fixture.restartController(AllowedHostsTest::onlyGitHub);
        fixture.github.faults().add(Fault.on(".*", ".*").answering(500, "").times(-1));

        fixture.createScaleSet("set");

        await().untilAsserted(() -> assertThat(status("set")).contains("GitHubHostNotAllowed"));
        assertThat(fixture.github.faults().hits()).isZero();
        assertThat(fixture.listeners()).isEmpty();
    }

    @Test
    void theListenerIsStoppedWhenItsHostIsNoLongerListed() throws Exception {
        fixture.createScaleSet("set");
        await().until(() -> fixture.listeners().size() == 1);

        fixture.restartController(AllowedHostsTest::onlyGitHub);

        await().untilAsserted(() -> assertThat(status("set")).contains("GitHubHostNotAllowed"));
        await().until(() -> fixture.listeners().isEmpty());
    }

    @Test
    void aDeletionSendsNoRequestToAnUnlistedHost() throws Exception {
        fixture.createScaleSet("set");
        await().until(() -> fixture.listeners().size() == 1);
        fixture.restartController(AllowedHostsTest::onlyGitHub);
        fixture.github.faults().add(Fault.on(".*", ".*").answering(500, "").times(-1));

        fixture.client.resource(fixture.scaleSet("set")).delete();

        await().untilAsserted(() -> assertThat(status("set")).contains("GitHubHostNotAllowed", "fix it, or wait"));
        assertThat(fixture.github.faults().hits()).isZero();
    }

    private String status(String name) {
        return String.valueOf(fixture.scaleSet(name).getStatus());
    }
}
