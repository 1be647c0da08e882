package io.github.arc4j.simulator.http.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.arc4j.simulator.RunnerView;
import io.github.arc4j.simulator.http.routing.Call;
import io.github.arc4j.simulator.http.routing.Page;
import io.github.arc4j.simulator.http.routing.Response;
import io.github.arc4j.simulator.http.routing.Route;
import io.github.arc4j.simulator.http.routing.ViolationLog;
import io.github.arc4j.simulator.service.Runners;
import io.github.arc4j.simulator.service.Runners.Registration;
import io.github.arc4j.simulator.service.ScaleSets;
import io.github.arc4j.simulator.service.ServiceException;
import io.github.arc4j.simulator.service.Tokens.Kind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Endpoints for JIT configs and registered runners. */
public final class RunnerApi {
    private static final String AGENTS = "/_apis/distributedtask/pools/0/agents";

    private final Runners runners;
    private final ScaleSets scaleSets;
    private final ViolationLog violations;

    public RunnerApi(Runners runners, ScaleSets scaleSets, ViolationLog violations) {
        this.runners = runners;
        this.scaleSets = scaleSets;
        this.violations = violations;
    }

    private record JitRequest(
            @Nullable String name, @Nullable String workFolder) {}

    private record WireRunner(long id, String name, int runnerScaleSetId, String status, boolean ephemeral) {
        static WireRunner of(RunnerView runner) {
            return new WireRunner(
                    runner.id(), runner.name(), runner.scaleSetId(), runner.online() ? "online" : "offline", true);
        }
    }

    private record JitResponse(
            WireRunner runner,
            @JsonProperty("encodedJITConfig") String encodedJitConfig) {}

    public List<Route> routes() {
        return List.of(
                Route.service("POST", ScaleSetApi.PATH + "/{id}/generatejitconfig", Kind.ADMIN, this::register),
                Route.service("GET", AGENTS, Kind.ADMIN, this::find),
                Route.service("GET", AGENTS + "/{id}", Kind.ADMIN, this::get),
                Route.service("DELETE", AGENTS + "/{id}", Kind.ADMIN, this::remove));
    }

    private Response register(Call call) {
        JitRequest body = call.json(JitRequest.class);
        String name = body.name();
        if (body.workFolder() == null) {
            violations.add(call, "jit-config", "no workFolder");
        }
        if (name == null || name.isEmpty()) {
            violations.add(call, "jit-config", "no name");
            throw ServiceException.badRequest("The name of a runner must not be empty.");
        }
        try {
            Registration registration = runners.register(call.scope(), call.id(), name);
            JitConfig config =
                    new JitConfig(registration.runner().id(), name, call.id(), call.baseUrl(), registration.secret());
            return Response.ok(new JitResponse(WireRunner.of(registration.runner()), config.encode()));
        } catch (ServiceException e) {
            violations.unknownScaleSet(call, e, scaleSets);
            if (e.status() == 409) {
                violations.addUnlessRepeated(call, "jit-config", "second JIT config for an existing runner");
            }
            throw e;
        }
    }

    private Response find(Call call) {
        return Page.of(runners.find(call.scope(), call.query().get("agentName")).stream()
                .map(WireRunner::of)
                .toList());
    }

    private Response get(Call call) {
        return Response.ok(WireRunner.of(runners.get(call.scope(), call.number(call.variable("id")))));
    }

    private Response remove(Call call) {
        long id = call.number(call.variable("id"));
        if (id <= 0) {
            violations.add(call, "runner", "removed runner " + id);
        }
        runners.remove(call.scope(), id);
        return Response.empty(204);
    }
}
