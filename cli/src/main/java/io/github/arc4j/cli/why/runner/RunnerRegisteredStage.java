package io.github.arc4j.cli.why.runner;

import io.github.arc4j.api.Annotations;
import io.github.arc4j.cli.snapshot.Conditions;
import io.github.arc4j.cli.snapshot.Times;
import io.github.arc4j.cli.why.path.Stage;
import io.github.arc4j.cli.why.path.Step;
import java.util.Optional;
import java.util.Set;

/** GitHub has registered the runner, and still knows it. */
final class RunnerRegisteredStage implements Stage<RunnerView> {
    private static final String NAME = "runner registered";

    /** Reasons of Ready about GitHub. */
    private static final Set<String> OF_GITHUB = Set.of(
            "AuthenticationFailed",
            "BackingOff",
            "GitHubHostNotAllowed",
            "GitHubRequestFailed",
            "GitHubUnreachable",
            "InvalidCredentials",
            "RateLimited",
            "RegistrationLost",
            "RunnerNameTaken",
            "SecretMissing",
            "SecretUnreadable");

    @Override
    public Step check(RunnerView runner) {
        Optional<Step> failed = runner.notReady()
                .filter(condition -> OF_GITHUB.contains(Conditions.reason(condition))
                        || Conditions.reason(condition).startsWith("Vault"))
                .map(condition -> Step.of(NAME, condition));
        if (failed.isPresent()) {
            return failed.get();
        }
        String id = runner.status().runnerId() > 0
                ? Long.toString(runner.status().runnerId())
                : runner.pod()
                        .map(pod -> Annotations.get(pod, Annotations.RUNNER_ID))
                        .orElse("");
        boolean isRegistered = !id.isEmpty() || runner.pod().isPresent();
        return isRegistered
                ? Step.done(NAME, runner.pod().flatMap(Times::created), id.isEmpty() ? "" : "ID " + id)
                : Step.waiting(NAME, Times.created(runner.runner()), "", "GitHub has not confirmed the registration");
    }
}
