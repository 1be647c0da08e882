package io.github.arc4j.actions.internal;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.arc4j.actions.ActionsException;
import io.github.arc4j.actions.ErrorDetails;
import io.github.arc4j.actions.JitConfig;
import io.github.arc4j.actions.JobAvailable;
import io.github.arc4j.actions.Label;
import io.github.arc4j.actions.MessageSession;
import io.github.arc4j.actions.Runner;
import io.github.arc4j.actions.RunnerGroup;
import io.github.arc4j.actions.RunnerGroupNotFoundException;
import io.github.arc4j.actions.RunnerNotFoundException;
import io.github.arc4j.actions.RunnerScaleSet;
import io.github.arc4j.actions.ScaleSetApi;
import io.github.arc4j.actions.ScaleSetNotFoundException;
import io.github.arc4j.actions.Timeouts;
import io.github.arc4j.actions.internal.Call.Effect;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The calls of the Actions service. */
public final class ScaleSetCalls implements ScaleSetApi {
    private record JitAnswer(
            @Nullable Runner runner, @Nullable String encodedJITConfig) {
        @Override
        public String toString() {
            return "JitAnswer[runner=" + runner + "]";
        }
    }

    private final Service service;
    private final Timeouts timeouts;

    /**
     * Creates the calls.
     *
     * @param userAgent text for the header
     */
    public ScaleSetCalls(AdminConnection admin, Caller caller, String userAgent, Timeouts timeouts) {
        this.service = new Service(admin, caller, userAgent, timeouts.call());
        this.timeouts = timeouts;
    }

    @Override
    public RunnerGroup getRunnerGroup(String name) throws InterruptedException {
        ServiceRequest request = ServiceRequest.get("getRunnerGroup", Service.GROUPS, Map.of("groupName", name));
        return service.call(request, body -> {
                    Optional<RunnerGroup> found = atMostOne(body, RunnerGroup.class, "runner group", name);
                    if (found.isPresent()) {
                        checkId(found.get().id());
                    }
                    return found;
                })
                .orElseThrow(() -> new RunnerGroupNotFoundException(
                        "no runner group found with name \"" + name + "\"", ErrorDetails.NONE));
    }

    @Override
    public Optional<RunnerScaleSet> findScaleSet(int runnerGroupId, String name) throws InterruptedException {
        Map<String, String> query = Map.of("runnerGroupId", Integer.toString(runnerGroupId), "name", name);
        return service.call(ServiceRequest.get("findScaleSet", Service.SCALE_SETS, query), body -> {
            Optional<RunnerScaleSet> found = atMostOne(body, RunnerScaleSet.class, "runner scale sets", name);
            return found.isEmpty() ? found : Optional.of(checked(found.get()));
        });
    }

    @Override
    public Optional<RunnerScaleSet> getScaleSet(int id) throws InterruptedException {
        try {
            return Optional.of(
                    service.call(ServiceRequest.get("getScaleSet", path(id), Map.of()), ScaleSetCalls::scaleSet));
        } catch (ActionsException e) {
            return emptyIf(isGone(e), e);
        }
    }

    @Override
    public RunnerScaleSet createScaleSet(RunnerScaleSet scaleSet) throws InterruptedException {
        if (scaleSet.name().isEmpty() && scaleSet.labels().isEmpty()) {
            throw new IllegalArgumentException(
                    "validating runner scale set: runner scale set must have a name or at least one label");
        }
        RunnerScaleSet labelled = scaleSet.labels().isEmpty()
                ? scaleSet.toBuilder()
                        .labels(List.of(Label.system(scaleSet.name())))
                        .build()
                : scaleSet;
        String body = Json.write(json(labelled));
        return service.call(
                ServiceRequest.send("createScaleSet", Effect.ONCE, "POST", Service.SCALE_SETS, body),
                ScaleSetCalls::scaleSet);
    }

    @Override
    public RunnerScaleSet updateScaleSet(int id, RunnerScaleSet changes) throws InterruptedException {
        String body = Json.write(json(changes));
        return service.call(
                ServiceRequest.send("updateScaleSet", Effect.IDEMPOTENT, "PATCH", path(id), body),
                ScaleSetCalls::scaleSet);
    }

    @Override
    public void deleteScaleSet(int id) throws InterruptedException {
        deleteIfThere(ServiceRequest.delete("deleteScaleSet", path(id)));
    }

    @Override
    public JitConfig generateJitConfig(int scaleSetId, String runnerName, String workFolder)
            throws InterruptedException {
        String body = Json.write(Json.object().put("name", runnerName).put("workFolder", workFolder));
        String path = path(scaleSetId) + "/generatejitconfig";
        return service.call(ServiceRequest.send("generateJitConfig", Effect.ONCE, "POST", path, body), answer -> {
            JitAnswer jit = Json.read(answer, JitAnswer.class);
            if (jit.runner() == null
                    || jit.encodedJITConfig() == null
                    || jit.encodedJITConfig().isEmpty()) {
                throw new IOException("no runner or no configuration in the answer");
            }
            return new JitConfig(checked(jit.runner()), jit.encodedJITConfig());
        });
    }

    @Override
    public Optional<Runner> getRunner(long id) throws InterruptedException {
        try {
            return Optional.of(service.call(
                    ServiceRequest.get("getRunner", Service.AGENTS + "/" + id, Map.of()),
                    body -> checked(Json.read(body, Runner.class))));
        } catch (ActionsException e) {
            return emptyIf(isGone(e), e);
        }
    }

    @Override
    public Optional<Runner> findRunner(String name) throws InterruptedException {
        return service.call(ServiceRequest.get("findRunner", Service.AGENTS, Map.of("agentName", name)), body -> {
            Optional<Runner> found = atMostOne(body, Runner.class, "runners", name);
            return found.isEmpty() ? found : Optional.of(checked(found.get()));
        });
    }

    @Override
    public void removeRunner(long id) throws InterruptedException {
        deleteIfThere(ServiceRequest.delete("removeRunner", Service.AGENTS + "/" + id));
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
        return QueueSession.open(service, timeouts, path(scaleSetId), owner);
    }

    private void deleteIfThere(ServiceRequest request) throws InterruptedException {
        try {
            service.call(request);
        } catch (ActionsException e) {
            if (!isGone(e)) {
                throw e;
            }
        }
    }

    /**
     * The service itself says that the object is not there. A 404 without its marks may come from a proxy or from a
     * wrong address and says nothing.
     */
    private static boolean isGone(ActionsException e) {
        return e instanceof RunnerNotFoundException
                || e instanceof ScaleSetNotFoundException
                || (e.status() == 404
                        && (e.typeName().contains("NotFound") || !e.activityId().isEmpty()));
    }

    private static <T> Optional<T> emptyIf(boolean gone, ActionsException e) {
        if (gone) {
            return Optional.empty();
        }
        throw e;
    }

    private static String path(int scaleSetId) {
        return Service.SCALE_SETS + "/" + scaleSetId;
    }

    private static <T> Optional<T> atMostOne(byte[] body, Class<T> type, String kind, String name) throws IOException {
        List<T> found = Json.readPage(body, type);
        if (found.size() > 1) {
            throw new AmbiguousNameException(kind, name);
        }
        return found.stream().findFirst();
    }

    private static RunnerScaleSet scaleSet(byte[] body) throws IOException {
        return checked(Json.read(body, RunnerScaleSet.class));
    }

    private static RunnerScaleSet checked(RunnerScaleSet scaleSet) throws IOException {
        checkId(scaleSet.id());
        return scaleSet;
    }

    private static Runner checked(Runner runner) throws IOException {
        checkId(runner.id());
        return runner;
    }

    /** An answer that lacks the id must not end in a call about object 0. */
    private static void checkId(long id) throws IOException {
        if (id <= 0) {
            throw new IOException("an object without an id");
        }
    }

    /** Order and presence of the keys as the Go library has them. */
    private static ObjectNode json(RunnerScaleSet scaleSet) {
        ObjectNode json = Json.object();
        putIfSet(json, "id", scaleSet.id());
        putIfSet(json, "name", scaleSet.name());
        putIfSet(json, "runnerGroupId", scaleSet.runnerGroupId());
        putIfSet(json, "runnerGroupName", scaleSet.runnerGroupName());
        if (!scaleSet.labels().isEmpty()) {
            ArrayNode labels = json.putArray("labels");
            for (Label label : scaleSet.labels()) {
                labels.addObject()
                        .put("type", label.type().isEmpty() ? Label.SYSTEM : label.type())
                        .put("name", label.name());
            }
        }
        ObjectNode setting = json.putObject("RunnerSetting");
        if (scaleSet.runnerSetting().disableUpdate()) {
            setting.put("disableUpdate", true);
        }
        json.put(
                "createdOn",
                scaleSet.createdOn() == null
                        ? Json.ZERO_TIME
                        : scaleSet.createdOn().toString());
        putIfSet(json, "runnerJitConfigUrl", scaleSet.runnerJitConfigUrl());
        return json;
    }

    private static void putIfSet(ObjectNode json, String key, int value) {
        if (value != 0) {
            json.put(key, value);
        }
    }

    private static void putIfSet(ObjectNode json, String key, String value) {
        if (!value.isEmpty()) {
            json.put(key, value);
        }
    }
}
