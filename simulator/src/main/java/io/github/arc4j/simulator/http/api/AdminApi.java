package io.github.arc4j.simulator.http.api;

import io.github.arc4j.simulator.JobRequest;
import io.github.arc4j.simulator.faults.Fault;
import io.github.arc4j.simulator.faults.Faults;
import io.github.arc4j.simulator.faults.RunnerFault;
import io.github.arc4j.simulator.faults.RunnerFaults;
import io.github.arc4j.simulator.http.routing.Call;
import io.github.arc4j.simulator.http.routing.CallCounts;
import io.github.arc4j.simulator.http.routing.Response;
import io.github.arc4j.simulator.http.routing.Route;
import io.github.arc4j.simulator.http.routing.ViolationLog;
import io.github.arc4j.simulator.service.ActionsService;
import io.github.arc4j.simulator.service.Tokens.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The admin API under {@code /sim/}. */
public final class AdminApi {
    private final ActionsService service;
    private final Faults faults;
    private final ViolationLog violations;
    private final CallCounts counts;

    public AdminApi(ActionsService service, Faults faults, CallCounts counts, ViolationLog violations) {
        this.service = service;
        this.faults = faults;
        this.violations = violations;
        this.counts = counts;
    }

    private record JobBody(
            @Nullable String scaleSet,
            @Nullable List<String> labels,
            @Nullable Integer count,
            long durationMs,
            @Nullable String result,
            int exitCode,
            @Nullable String repository,
            @Nullable String workflow,
            @Nullable String ref,
            @Nullable String displayName,
            @Nullable String eventName,
            long workflowRunId,
            @Nullable String group) {

        JobRequest request() {
            if (labels == null && scaleSet == null) {
                throw new IllegalArgumentException("scaleSet or labels must be given");
            }
            List<String> requestedLabels = labels != null ? labels : List.of(String.valueOf(scaleSet));
            return JobRequest.builder()
                    .labels(requestedLabels)
                    .duration(Duration.ofMillis(durationMs))
                    .result(or(result, "succeeded"))
                    .exitCode(exitCode)
                    .repository(repository)
                    .workflow(or(workflow, "ci.yml"))
                    .ref(or(ref, "refs/heads/main"))
                    .displayName(displayName)
                    .eventName(or(eventName, "push"))
                    .workflowRunId(workflowRunId)
                    .group(or(group, ""))
                    .build();
        }
    }

    private record FaultBody(
            @Nullable String method,
            @Nullable String path,
            @Nullable Integer times,
            @Nullable Double probability,
            @Nullable Long seed,
            boolean afterEffect,
            Fault.@Nullable Action action,
            @Nullable Integer status,
            @Nullable String body,
            @Nullable Map<String, String> headers,
            @Nullable Long delayMs,
            int jobs) {

        Fault fault() {
            return new Fault(
                    or(method, ".*"),
                    or(path, ".*"),
                    limit(times, probability),
                    or(probability, 1.0),
                    afterEffect,
                    or(action, Fault.Action.ANSWER),
                    or(status, 500),
                    or(body, ""),
                    or(headers, Map.of("Content-Type", "application/json")),
                    Duration.ofMillis(or(delayMs, 600_000L)),
                    jobs);
        }
    }

    private record RunnerFaultBody(
            RunnerFault.@Nullable Kind kind,
            @Nullable String runner,
            @Nullable Integer times,
            @Nullable Double probability,
            @Nullable Long seed,
            @Nullable Long delayMs,
            @Nullable Long durationMs) {

        RunnerFault fault() {
            if (kind == null) {
                throw new IllegalArgumentException("kind must be given");
            }
            Instant start = Instant.now().plusMillis(or(delayMs, 0L));
            return new RunnerFault(
                    kind,
                    or(runner, ".*"),
                    limit(times, probability),
                    or(probability, 1.0),
                    delayMs == null ? null : start,
                    durationMs == null ? null : start.plusMillis(durationMs));
        }
    }

    /** One by default; no limit by default if a probability is given. */
    private static int limit(@Nullable Integer times, @Nullable Double probability) {
        return times != null ? times : probability == null ? 1 : -1;
    }

    private static <T> T or(@Nullable T value, T fallback) {
        return value == null ? fallback : value;
    }

    public List<Route> routes() {
        return List.of(
                Route.admin("GET", "/sim/health", call -> Response.ok(Map.of("ok", true))),
                Route.admin("POST", "/sim/jobs", this::queueJobs),
                Route.admin("GET", "/sim/jobs", this::jobs),
                Route.admin("POST", "/sim/jobs/{id}/cancel", this::cancelJob),
                Route.admin("POST", "/sim/jobs/{id}/finish", this::finishJob),
                Route.admin("GET", "/sim/summary", this::summary),
                Route.admin(
                        "GET",
                        "/sim/runners",
                        call -> Response.ok(service.runners().views())),
                Route.admin(
                        "GET",
                        "/sim/scalesets",
                        call -> Response.ok(service.scaleSets().views())),
                Route.admin(
                        "GET",
                        "/sim/sessions",
                        call -> Response.ok(service.sessions().views())),
                Route.admin("GET", "/sim/events", this::events),
                Route.admin("GET", "/sim/calls", call -> Response.ok(counts.all())),
                Route.admin(
                        "POST",
                        "/sim/runners/deprecate",
                        call -> done(() -> service.runnerFaults().deprecateAll(true))),
                Route.admin(
                        "DELETE",
                        "/sim/runners/deprecate",
                        call -> done(() -> service.runnerFaults().deprecateAll(false))),
                Route.admin("POST", "/sim/runners/{id}/forget", this::forgetRunner),
                Route.admin("GET", "/sim/runners/faults", this::runnerFaults),
                Route.admin("POST", "/sim/runners/faults", this::addRunnerFault),
                Route.admin("DELETE", "/sim/runners/faults", call -> done(service.runnerFaults()::clear)),
                Route.admin("GET", "/sim/violations", call -> Response.ok(violations.all())),
                Route.admin("DELETE", "/sim/violations", call -> done(violations::clear)),
                Route.admin("GET", "/sim/faults", this::faults),
                Route.admin("POST", "/sim/faults", this::addFault),
                Route.admin("DELETE", "/sim/faults", call -> done(faults::clear)),
                Route.admin("POST", "/sim/sessions/expire", call -> done(service.sessions()::expireAll)),
                Route.admin("POST", "/sim/tokens/revoke", call -> done(this::revokeTokens)));
    }

    private static Response done(Runnable action) {
        action.run();
        return Response.empty(204);
    }

    private void revokeTokens() {
        List.of(Kind.INSTALLATION, Kind.REGISTRATION, Kind.ADMIN, Kind.QUEUE).forEach(service.tokens()::revoke);
    }

    private Response queueJobs(Call call) {
        JobBody body = call.json(JobBody.class);
        List<Long> ids = service.jobs().queue(body.request(), or(body.count(), 1));
        return Response.json(201, Map.of("count", ids.size(), "ids", ids));
    }

    private Response jobs(Call call) {
        String group = call.query().get("group");
        return Response.ok(service.jobs().views().stream()
                .filter(job -> group == null || group.equals(job.group()))
                .toList());
    }

    private Response cancelJob(Call call) {
        boolean canceled = service.jobs().cancel(call.number(call.variable("id")));
        return Response.empty(canceled ? 204 : 404);
    }

    private Response finishJob(Call call) {
        boolean finished = service.jobs().finish(call.number(call.variable("id")));
        return Response.empty(finished ? 204 : 404);
    }

    private Response forgetRunner(Call call) {
        boolean forgotten = service.runners().forget(call.number(call.variable("id")));
        return Response.empty(forgotten ? 204 : 404);
    }

    private Response summary(Call call) {
        String group = call.query().get("group");
        return Response.ok(
                group == null ? service.jobs().summary() : service.jobs().summary(group));
    }

    private Response events(Call call) throws InterruptedException {
        long since = call.number(call.query().getOrDefault("since", "0"));
        long waitMs = call.number(call.query().getOrDefault("waitMs", "0"));
        return Response.ok(service.events().awaitSince(since, Duration.ofMillis(waitMs)));
    }

    private Response faults(Call call) {
        return Response.ok(Map.of("hits", faults.hits(), "remaining", faults.remaining()));
    }

    private Response addFault(Call call) {
        FaultBody body = call.json(FaultBody.class);
        if (body.seed() != null) {
            faults.seed(body.seed());
        }
        faults.add(body.fault());
        return Response.empty(204);
    }

    private Response runnerFaults(Call call) {
        RunnerFaults active = service.runnerFaults();
        return Response.ok(Map.of("hits", active.hits(), "remaining", active.remaining()));
    }

    private Response addRunnerFault(Call call) {
        RunnerFaultBody body = call.json(RunnerFaultBody.class);
        if (body.seed() != null) {
            service.runnerFaults().seed(body.seed());
        }
        service.runnerFaults().add(body.fault());
        return Response.empty(204);
    }
}
