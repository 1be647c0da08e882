package io.github.arc4j.cli.doctor;

import io.github.arc4j.actions.ActionsClient;
import io.github.arc4j.actions.errors.ActionsException;
import io.github.arc4j.actions.errors.AuthenticationException;
import io.github.arc4j.actions.errors.ConnectionException;
import io.github.arc4j.actions.errors.RateLimitedException;
import io.github.arc4j.actions.errors.RunnerGroupNotFoundException;
import io.github.arc4j.actions.model.RunnerScaleSet;
import io.github.arc4j.actions.model.Statistics;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.cli.snapshot.ScaleSet;
import io.github.arc4j.cli.snapshot.Snapshot;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** How GitHub responds to requests with the credentials of each scale set. Read-only. */
final class GitHubCheck {
    private final GitHubConnection connection;

    /** @param environment environment variables with proxies and certificates, for scale sets without their own */
    GitHubCheck(Map<String, String> environment) {
        this.connection = new GitHubConnection(environment);
    }

    Stream<Finding> find(Snapshot snapshot) {
        return snapshot.controller()
                .doubt()
                .map(doubt -> Stream.of(Finding.unknown("", "no request was sent: " + doubt)))
                .orElseGet(() -> snapshot.scaleSets().stream().map(this::find));
    }

    private Finding find(ScaleSet set) {
        try (ActionsClient client = connection.open(set)) {
            return ask(set, client);
        } catch (GitHubConnection.UnavailableException e) {
            return Finding.unknown(Finding.name(set), String.valueOf(e.getMessage()));
        } catch (ActionsException e) {
            return Finding.problem(Finding.name(set), reason(e), e.summary());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Finding.unknown(Finding.name(set), "interrupted");
        }
    }

    private static Finding ask(ScaleSet set, ActionsClient client) throws InterruptedException {
        String group = set.object().getSpec().runnerGroup();
        if (!group.isEmpty()) {
            client.getRunnerGroup(group);
        }
        int id = id(set);
        if (id == 0) {
            return Finding.ok(Finding.name(set), "GitHub accepts the credentials; not registered yet");
        }
        Optional<RunnerScaleSet> found = client.getScaleSet(id);
        return found.map(scaleSet -> Finding.ok(Finding.name(set), "GitHub answers: " + text(scaleSet)))
                .orElseGet(() -> Finding.problem(
                        Finding.name(set), "ScaleSetMissing", "GitHub has no scale set with the ID " + id));
    }

    private static int id(ScaleSet set) {
        String id = Annotations.get(set.object(), Annotations.RUNNER_SCALE_SET_ID);
        return id.matches("[0-9]{1,9}") ? Integer.parseInt(id) : 0;
    }

    private static String text(RunnerScaleSet scaleSet) {
        Statistics numbers = scaleSet.statistics() == null ? Statistics.ZERO : scaleSet.statistics();
        return "scale set %s (ID %d, runner group %s): %d jobs assigned, %d running; %d runners registered, %d busy, %d idle"
                .formatted(
                        scaleSet.name(),
                        scaleSet.id(),
                        scaleSet.runnerGroupName(),
                        numbers.totalAssignedJobs(),
                        numbers.totalRunningJobs(),
                        numbers.totalRegisteredRunners(),
                        numbers.totalBusyRunners(),
                        numbers.totalIdleRunners());
    }

    private static String reason(ActionsException e) {
        return switch (e) {
            case AuthenticationException rejected -> "AuthenticationFailed";
            case ConnectionException unreachable -> "GitHubUnreachable";
            case RateLimitedException limited -> "RateLimited";
            case RunnerGroupNotFoundException missing -> "RunnerGroupMissing";
            default -> "GitHubRequestFailed";
        };
    }
}
