package io.github.arc4j.simulator.http.api;

import io.github.arc4j.simulator.ScaleSetView;
import io.github.arc4j.simulator.http.routing.Call;
import io.github.arc4j.simulator.http.routing.Page;
import io.github.arc4j.simulator.http.routing.Response;
import io.github.arc4j.simulator.http.routing.Route;
import io.github.arc4j.simulator.http.routing.ViolationLog;
import io.github.arc4j.simulator.service.ScaleSets;
import io.github.arc4j.simulator.service.ScaleSets.Settings;
import io.github.arc4j.simulator.service.ServiceException;
import io.github.arc4j.simulator.service.Tokens.Kind;
import java.util.List;

/** Endpoints for runner groups and scale sets. */
public final class ScaleSetApi {
    static final String PATH = "/_apis/runtime/runnerscalesets";

    private final ScaleSets scaleSets;
    private final ViolationLog violations;

    public ScaleSetApi(ScaleSets scaleSets, ViolationLog violations) {
        this.scaleSets = scaleSets;
        this.violations = violations;
    }

    private record Group(int id, String name, int size, boolean isDefaultGroup) {}

    public List<Route> routes() {
        return List.of(
                Route.service("GET", "/_apis/runtime/runnergroups/?", Kind.ADMIN, this::groups),
                Route.service("GET", PATH, Kind.ADMIN, this::find),
                Route.service("GET", PATH + "/{id}", Kind.ADMIN, this::get),
                Route.service("POST", PATH, Kind.ADMIN, this::create),
                Route.service("PATCH", PATH + "/{id}", Kind.ADMIN, this::update),
                Route.service("DELETE", PATH + "/{id}", Kind.ADMIN, this::delete));
    }

    private Response groups(Call call) {
        String name = call.query().get("groupName");
        return Page.of(scaleSets.groups().stream()
                .filter(group -> name == null || group.name().equalsIgnoreCase(name))
                .map(group -> new Group(group.id(), group.name(), 0, group.isDefault()))
                .toList());
    }

    private Response find(Call call) {
        String group = call.query().get("runnerGroupId");
        Integer groupId = group == null ? null : (int) call.number(group);
        return Page.of(scaleSets.find(call.scope(), call.query().get("name"), groupId).stream()
                .map(view -> wire(call, view))
                .toList());
    }

    private Response get(Call call) {
        return Response.ok(wire(call, scaleSets.get(call.scope(), call.id())));
    }

    private Response create(Call call) {
        WireScaleSet body = call.json(WireScaleSet.class);
        if (body.name() == null || body.name().isEmpty()) {
            violations.add(call, "scale-set", "no name");
        }
        if (body.labels() == null || body.labels().isEmpty()) {
            violations.add(call, "scale-set", "no labels");
        }
        checkRequired(call, body);
        return Response.ok(wire(call, scaleSets.create(call.scope(), settings(body))));
    }

    private Response update(Call call) {
        WireScaleSet body = call.json(WireScaleSet.class);
        checkRequired(call, body);
        try {
            return Response.ok(wire(call, scaleSets.update(call.scope(), call.id(), settings(body))));
        } catch (ServiceException e) {
            violations.unknownScaleSet(call, e, scaleSets);
            throw e;
        }
    }

    private void checkRequired(Call call, WireScaleSet body) {
        if (body.runnerSetting() == null) {
            violations.add(call, "scale-set", "no RunnerSetting");
        }
        if (body.createdOn() == null) {
            violations.add(call, "scale-set", "no createdOn");
        }
    }

    private static Settings settings(WireScaleSet body) {
        return new Settings(
                body.name(),
                body.runnerGroupId(),
                body.namedLabels(),
                body.runnerSetting() == null ? null : body.runnerSetting().disableUpdate());
    }

    private Response delete(Call call) {
        int busy = scaleSets.delete(call.scope(), call.id());
        if (busy > 0) {
            violations.add(call, "scale-set", "deleted while runners were busy");
        }
        return Response.empty(204);
    }

    private static WireScaleSet wire(Call call, ScaleSetView view) {
        return WireScaleSet.of(view, call.serviceUrl());
    }
}
