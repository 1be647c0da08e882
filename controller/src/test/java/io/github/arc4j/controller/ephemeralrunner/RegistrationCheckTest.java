package io.github.arc4j.controller.ephemeralrunner;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSpec;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.api.v1alpha1.RunnerPolicy;
import io.github.arc4j.controller.FakeGitHub;
import io.github.arc4j.controller.ephemeralrunner.rules.RegistrationFinding;
import io.github.arc4j.runtime.FakeTime;
import io.github.arc4j.runtime.cache.ResourceCache;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RegistrationCheckTest {
    private final FakeTime clock = new FakeTime();
    private final FakeGitHub github = new FakeGitHub();
    private final ResourceCache<EphemeralRunner> runners = new ResourceCache<>(EphemeralRunner.class);
    private final RegistrationCheck checks = new RegistrationCheck(runners, access -> github, clock);

    private static EphemeralRunner runner(String namespace, String name) {
        EphemeralRunner runner = new EphemeralRunner();
        runner.getMetadata().setNamespace(namespace);
        runner.getMetadata().setName(name);
        runner.getMetadata().setUid(namespace + "/" + name);
        runner.setSpec(EphemeralRunnerSpec.builder()
                .githubConfigUrl("https://github.com/acme")
                .githubConfigSecret("github")
                .build());
        runner.setStatus(EphemeralRunnerStatus.builder().runnerId(1).build());
        return runner;
    }

    private RegistrationFinding check(String namespace, String name) throws InterruptedException {
        EphemeralRunner runner = runner(namespace, name);
        runners.written(runner);
        return checks.check(runner, Optional.of(clock.instant().minus(Duration.ofHours(1))), RunnerPolicy.DEFAULT);
    }

    @Test
    void checksOfOneNamespaceArePaced() throws Exception {
        check("team", "first");
        assertThat(check("team", "second")).isEqualTo(new RegistrationFinding.Fine(false, Duration.ofMillis(500)));
        assertThat(github.lookups).isEqualTo(1);
    }

    /** Whoever can create runners, or change their statuses, can make any number of checks due. */
    @Test
    void oneNamespaceDoesNotPutOffTheChecksOfOthers() throws Exception {
        for (int i = 0; i < 1000; i++) {
            check("noisy", "runner-" + i);
        }
        assertThat(github.lookups).isEqualTo(1);

        check("quiet", "first");
        assertThat(github.lookups).isEqualTo(2);
        assertThat(check("quiet", "second")).isEqualTo(new RegistrationFinding.Fine(false, Duration.ofSeconds(1)));
    }
}
