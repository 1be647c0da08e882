package io.github.arc4j.simulator.http.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.arc4j.simulator.ScaleSetView;
import io.github.arc4j.simulator.SimulatorOptions;
import io.github.arc4j.simulator.Statistics;
import io.github.arc4j.simulator.http.routing.Call;
import io.github.arc4j.simulator.http.routing.Page;
import io.github.arc4j.simulator.http.routing.Response;
import io.github.arc4j.simulator.http.routing.Route;
import io.github.arc4j.simulator.http.routing.ViolationLog;
import io.github.arc4j.simulator.service.ActionsService;
import io.github.arc4j.simulator.service.Jobs;
import io.github.arc4j.simulator.service.ScaleSets;
import io.github.arc4j.simulator.service.ServiceException;
import io.github.arc4j.simulator.service.Sessions;
import io.github.arc4j.simulator.service.Sessions.Key;
import io.github.arc4j.simulator.service.Sessions.OpenSession;
import io.github.arc4j.simulator.service.Tokens;
import io.github.arc4j.simulator.service.Tokens.Grant;
import io.github.arc4j.simulator.service.Tokens.Kind;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Endpoints for message sessions and for acquiring jobs. */
public final class SessionApi {
    private static final String ACQUIRE = ScaleSetApi.PATH + "/{id}/acquirejobs";

    private final Sessions sessions;
    private final Jobs jobs;
    private final ScaleSets scaleSets;
    private final Tokens tokens;
    private final boolean refreshStatistics;
    private final ViolationLog violations;

    public SessionApi(ActionsService service, SimulatorOptions options, ViolationLog violations) {
        this.sessions = service.sessions();
        this.jobs = service.jobs();
        this.scaleSets = service.scaleSets();
        this.tokens = service.tokens();
        this.refreshStatistics = options.refreshStatistics();
        this.violations = violations;
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record WireSession(
            @Nullable String sessionId,
            @Nullable String ownerName,
            @Nullable WireScaleSet runnerScaleSet,
            @Nullable String messageQueueUrl,
            @Nullable String messageQueueAccessToken,
            @Nullable Statistics statistics) {
        WireSession withoutStatistics() {
            return new WireSession(
                    sessionId, ownerName, runnerScaleSet, messageQueueUrl, messageQueueAccessToken, null);
        }
    }

    public List<Route> routes() {
        String path = ScaleSetApi.PATH + "/{id}/sessions";
        return List.of(
                Route.service("POST", path, Kind.ADMIN, this::open),
                Route.service("PATCH", path + "/{session}", Kind.ADMIN, this::refresh),
                Route.service("DELETE", path + "/{session}", Kind.ADMIN, this::close),
                Route.service("POST", ACQUIRE, Kind.QUEUE, this::acquire),
                Route.service("GET", ScaleSetApi.PATH + "/{id}/acquirablejobs", Kind.ADMIN, this::acquirable));
    }

    private Response open(Call call) {
        WireSession body = call.json(WireSession.class);
        String owner = body.ownerName() == null ? "" : body.ownerName();
        if (owner.isEmpty()) {
            violations.add(call, "session", "no ownerName");
        }
        try {
            return Response.ok(wire(call, sessions.open(call.scope(), call.id(), owner)));
        } catch (ServiceException e) {
            violations.unknownScaleSet(call, e, scaleSets);
            throw e;
        }
    }

    private Response refresh(Call call) {
        WireSession session = wire(call, sessions.refresh(key(call)));
        return Response.ok(refreshStatistics ? session : session.withoutStatistics());
    }

    private Response close(Call call) {
        sessions.close(key(call));
        return Response.empty(204);
    }

    /** The session identified by the path. */
    private static Key key(Call call) {
        try {
            return new Key(call.scope(), call.id(), UUID.fromString(call.variable("session")));
        } catch (IllegalArgumentException e) {
            throw ServiceException.sessionNotFound(call.variable("session"));
        }
    }

    /** The session that the queue token belongs to. */
    static Key keyOfToken(Call call) {
        Grant grant = call.grant();
        UUID session = grant == null ? null : grant.session();
        if (session == null) {
            throw new IllegalStateException("not called with a queue token");
        }
        return new Key(call.scope(), call.id(), session);
    }

    private WireSession wire(Call call, OpenSession open) {
        ScaleSetView scaleSet = open.scaleSet();
        String queueUrl = call.serviceUrl() + ScaleSetApi.PATH + "/" + scaleSet.id() + "/messages?sessionId="
                + open.session().id();
        return new WireSession(
                open.session().id().toString(),
                open.session().owner(),
                WireScaleSet.of(scaleSet, call.serviceUrl()),
                queueUrl,
                tokens.issueQueueToken(call.scope(), open.session().id()).token(),
                scaleSet.statistics());
    }

    private Response acquire(Call call) {
        List<Long> ids = List.of(call.json(Long[].class));
        long unknown = ids.stream().filter(id -> !jobs.requestIdIssued(id)).count();
        if (unknown > 0) {
            violations.add(call, "acquire", "request IDs that were never issued");
        }
        return Page.of(sessions.acquire(keyOfToken(call), ids));
    }

    private Response acquirable(Call call) {
        String url = call.serviceUrl() + ACQUIRE.replace("{id}", call.variable("id"));
        return Page.of(jobs.acquirable(call.scope(), call.id()).stream()
                .map(job -> job.withAcquireJobUrl(url))
                .toList());
    }
}
