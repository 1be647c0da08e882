package io.github.arc4j.actions.internal.service;

import static io.github.arc4j.actions.wire.JsonText.writeIfSet;

import io.github.arc4j.actions.MessageSession;
import io.github.arc4j.actions.ScaleSetApi;
import io.github.arc4j.actions.Timeouts;
import io.github.arc4j.actions.errors.ActionsException;
import io.github.arc4j.actions.errors.ErrorDetails;
import io.github.arc4j.actions.errors.RunnerGroupNotFoundException;
import io.github.arc4j.actions.errors.RunnerNotFoundException;
import io.github.arc4j.actions.errors.ScaleSetNotFoundException;
import io.github.arc4j.actions.internal.auth.AdminConnection;
import io.github.arc4j.actions.internal.call.AmbiguousNameException;
import io.github.arc4j.actions.internal.call.Caller;
import io.github.arc4j.actions.internal.http.Call;
import io.github.arc4j.actions.internal.http.Call.Effect;
import io.github.arc4j.actions.internal.json.Json;
import io.github.arc4j.actions.internal.json.Messages;
import io.github.arc4j.actions.internal.json.Responses;
import io.github.arc4j.actions.messages.JobAvailable;
import io.github.arc4j.actions.model.JitConfig;
import io.github.arc4j.actions.model.Label;
import io.github.arc4j.actions.model.Runner;
import io.github.arc4j.actions.model.RunnerGroup;
import io.github.arc4j.actions.model.RunnerScaleSet;
import io.github.arc4j.actions.wire.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/** The calls of the Actions service. */
public final class ScaleSetCalls implements ScaleSetApi {
    private final Service service;
    private final Timeouts timeouts;

    /** @param userAgent value of the header */
    public ScaleSetCalls(AdminConnection admin, Caller caller, String userAgent, Timeouts timeouts) {
        this.service = new Service(admin, caller, userAgent, timeouts.call());
        this.timeouts = timeouts;
    }

    @Override
    public RunnerGroup getRunnerGroup(String name) throws InterruptedException {
        ServiceRequest request = ServiceRequest.get(
                "getRunnerGroup", Service.GROUPS, Map.of("groupName", Objects.requireNonNull(name, "name")));
        return service.call(request, body -> atMostOne(body, Responses::runnerGroup, "runner group", name))
                .orElseThrow(() -> new RunnerGroupNotFoundException(
                        "no runner group found with name \"" + name + "\"", ErrorDetails.NONE));
    }

    @Override
    public Optional<RunnerScaleSet> findScaleSet(int runnerGroupId, String name) throws InterruptedException {
        Map<String, String> query =
                Map.of("runnerGroupId", Integer.toString(runnerGroupId), "name", Objects.requireNonNull(name, "name"));
        return service.call(
                ServiceRequest.get("findScaleSet", Service.SCALE_SETS, query),
                body -> atMostOne(body, Responses::scaleSet, "runner scale sets", name));
    }

    @Override
    public Optional<RunnerScaleSet> getScaleSet(int id) throws InterruptedException {
        return ifThere(ServiceRequest.get("getScaleSet", path(id), Map.of()), ScaleSetCalls::scaleSet);
    }

    @Override
    public RunnerScaleSet createScaleSet(RunnerScaleSet scaleSet) throws InterruptedException {
        Objects.requireNonNull(scaleSet, "scaleSet");
        if (scaleSet.name().isEmpty() && scaleSet.labels().isEmpty()) {
            throw new IllegalArgumentException(
                    "validating runner scale set: runner scale set must have a name or at least one label");
        }
        RunnerScaleSet labelled = scaleSet.labels().isEmpty()
                ? scaleSet.toBuilder()
                        .labels(List.of(Label.system(scaleSet.name())))
                        .build()
                : scaleSet;
        String body = json(labelled);
        return service.call(
                ServiceRequest.send("createScaleSet", Effect.ONCE, "POST", Service.SCALE_SETS, body),
                ScaleSetCalls::scaleSet);
    }

    @Override
    public RunnerScaleSet updateScaleSet(int id, RunnerScaleSet changes) throws InterruptedException {
        String body = json(Objects.requireNonNull(changes, "changes"));
        return service.call(
                ServiceRequest.send("updateScaleSet", Effect.IDEMPOTENT, "PATCH", path(id), body),
                ScaleSetCalls::scaleSet);
    }

    @Override
    public void deleteScaleSet(int id) throws InterruptedException {
        ifThere(ServiceRequest.delete("deleteScaleSet", path(id)), body -> body);
    }

    @Override
    public JitConfig generateJitConfig(int scaleSetId, String runnerName, String workFolder)
            throws InterruptedException {
        Objects.requireNonNull(runnerName, "runnerName");
        Objects.requireNonNull(workFolder, "workFolder");
        String body = Json.write(out -> {
            out.writeStringField("name", runnerName);
            out.writeStringField("workFolder", workFolder);
        });
        String path = path(scaleSetId) + "/generatejitconfig";
        return service.call(
                ServiceRequest.send("generateJitConfig", Effect.ONCE, "POST", path, body),
                response -> Responses.jitConfig(JsonObject.read(response)));
    }

    @Override
    public Optional<Runner> getRunner(long id) throws InterruptedException {
        return ifThere(
                ServiceRequest.get("getRunner", Service.AGENTS + "/" + id, Map.of()),
                body -> Responses.runner(JsonObject.read(body)));
    }

    @Override
    public Optional<Runner> findRunner(String name) throws InterruptedException {
        return service.call(
                ServiceRequest.get(
                        "findRunner", Service.AGENTS, Map.of("agentName", Objects.requireNonNull(name, "name"))),
                body -> atMostOne(body, Responses::runner, "runners", name));
    }

    @Override
    public void removeRunner(long id) throws InterruptedException {
        ifThere(ServiceRequest.delete("removeRunner", Service.AGENTS + "/" + id), body -> body);
    }

    @Override
    public List<JobAvailable> acquirableJobs(int scaleSetId) throws InterruptedException {
        ServiceRequest request = new ServiceRequest(
                "acquirableJobs",
                Effect.NONE,
                Call.Target.SERVICE,
                "GET",
                path(scaleSetId) + "/acquirablejobs",
                Map.of(),
                null,
                status -> status == 200 || status == 204);
        return service.call(request, body -> body.length == 0 ? List.of() : Messages.parseAvailable(body));
    }

    @Override
    public MessageSession openSession(int scaleSetId, String owner) throws InterruptedException {
        return QueueSession.open(service, timeouts, path(scaleSetId), Objects.requireNonNull(owner, "owner"));
    }

    @Override
    public void deleteSession(int scaleSetId, UUID session) throws InterruptedException {
        QueueSession.deletion(service, timeouts, path(scaleSetId), Objects.requireNonNull(session, "session"))
                .now();
    }

    private <T> Optional<T> ifThere(ServiceRequest request, Service.Reader<T> reader) throws InterruptedException {
        try {
            return Optional.of(service.call(request, reader));
        } catch (ActionsException e) {
            if (isGone(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * Returns whether the service itself reports that the object does not exist. A 404 without the service's error type
     * or id may come from a proxy or from a wrong address and proves nothing.
     */
    private static boolean isGone(ActionsException e) {
        return e instanceof RunnerNotFoundException
                || e instanceof ScaleSetNotFoundException
                || (e.status() == 404
                        && (e.typeName().contains("NotFound") || !e.activityId().isEmpty()));
    }

    private static String path(int scaleSetId) {
        return Service.SCALE_SETS + "/" + scaleSetId;
    }

    private static <T> Optional<T> atMostOne(byte[] body, Json.Conversion<T> conversion, String kind, String name)
            throws IOException {
        List<T> found = Json.readPage(body, conversion);
        if (found.size() > 1) {
            throw new AmbiguousNameException(kind, name);
        }
        return found.stream().findFirst();
    }

    private static RunnerScaleSet scaleSet(byte[] body) throws IOException {
        return Responses.scaleSet(JsonObject.read(body));
    }

    /** Writes the same keys in the same order as the Go library. */
    private static String json(RunnerScaleSet scaleSet) {
        return Json.write(out -> {
            writeIfSet(out, "id", scaleSet.id());
            writeIfSet(out, "name", scaleSet.name());
            writeIfSet(out, "runnerGroupId", scaleSet.runnerGroupId());
            writeIfSet(out, "runnerGroupName", scaleSet.runnerGroupName());
            if (!scaleSet.labels().isEmpty()) {
                out.writeArrayFieldStart("labels");
                for (Label label : scaleSet.labels()) {
                    out.writeStartObject();
                    out.writeStringField("type", label.type().isEmpty() ? Label.SYSTEM : label.type());
                    out.writeStringField("name", label.name());
                    out.writeEndObject();
                }
                out.writeEndArray();
            }
            out.writeObjectFieldStart("RunnerSetting");
            if (scaleSet.runnerSetting().disableUpdate()) {
                out.writeBooleanField("disableUpdate", true);
            }
            out.writeEndObject();
            out.writeStringField(
                    "createdOn",
                    scaleSet.createdOn() == null
                            ? JsonObject.ZERO_TIME
                            : scaleSet.createdOn().toString());
            writeIfSet(out, "runnerJitConfigUrl", scaleSet.runnerJitConfigUrl());
        });
    }
}
