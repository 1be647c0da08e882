package io.github.arc4j.simulator.service;

import io.github.arc4j.simulator.RunnerExit;
import io.github.arc4j.simulator.ScaleSetView;
import io.github.arc4j.simulator.ScaleSetView.Label;
import io.github.arc4j.simulator.SimulatorEvent.Kind;
import io.github.arc4j.simulator.SimulatorOptions;
import io.github.arc4j.simulator.service.state.MessageQueue;
import io.github.arc4j.simulator.service.state.Monitor;
import io.github.arc4j.simulator.service.state.Runner;
import io.github.arc4j.simulator.service.state.RunnerGroup;
import io.github.arc4j.simulator.service.state.ScaleSet;
import io.github.arc4j.simulator.service.state.Scope;
import io.github.arc4j.simulator.service.state.Session;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The scale sets and runner groups. */
public final class ScaleSets {
    private final Monitor monitor;
    private final Events events;
    private final JobFlow flow;
    private final RunnerRegistry runners;
    private final List<RunnerGroup> groups;
    private final SimulatorOptions options;
    private final Map<Integer, ScaleSet> scaleSets = new LinkedHashMap<>();
    private int lastId;

    ScaleSets(SimulatorOptions options, Monitor monitor, Events events, JobFlow flow, RunnerRegistry runners) {
        this.monitor = monitor;
        this.events = events;
        this.flow = flow;
        this.runners = runners;
        this.options = options;
        List<RunnerGroup> all = new ArrayList<>(List.of(new RunnerGroup(1, "Default")));
        options.runnerGroups().forEach(name -> all.add(new RunnerGroup(all.size() + 1, name)));
        this.groups = List.copyOf(all);
    }

    /**
     * Settings in a create or update request; null: not specified.
     *
     * @param runnerGroupId 0: not specified
     */
    public record Settings(
            @Nullable String name,
            int runnerGroupId,
            @Nullable List<Label> labels,
            @Nullable Boolean disableUpdate) {}

    public List<RunnerGroup> groups() {
        return groups;
    }

    /** Scale sets of a scope, optionally filtered by name and runner group. */
    public List<ScaleSetView> find(Scope scope, @Nullable String name, @Nullable Integer groupId) {
        return monitor.locked(() -> scaleSets.values().stream()
                .filter(scaleSet -> scaleSet.scope().equals(scope))
                .filter(scaleSet -> name == null || scaleSet.name().equalsIgnoreCase(name))
                .filter(scaleSet -> groupId == null || scaleSet.group().id() == groupId)
                .map(ScaleSet::view)
                .toList());
    }

    public ScaleSetView get(Scope scope, int id) {
        return monitor.locked(() -> require(scope, id).view());
    }

    public List<ScaleSetView> views() {
        return monitor.locked(
                () -> scaleSets.values().stream().map(ScaleSet::view).toList());
    }

    /** Whether a scale set with this ID exists or existed. */
    public boolean existed(int id) {
        return monitor.locked(() -> id > 0 && id <= lastId);
    }

    public ScaleSetView create(Scope scope, Settings settings) {
        return monitor.locked(() -> {
            String name = settings.name();
            if (name == null || name.isEmpty()) {
                throw ServiceException.badRequest("The name of a runner scale set must not be empty.");
            }
            RunnerGroup group = group(settings.runnerGroupId() == 0 ? 1 : settings.runnerGroupId());
            requireUnusedName(scope, name, group, null);
            List<Label> labels = settings.labels() == null ? List.of(new Label("System", name)) : settings.labels();
            MessageQueue messages = new MessageQueue(options, monitor.newCondition());
            ScaleSet scaleSet = new ScaleSet(++lastId, scope, name, group, labels, messages);
            scaleSet.disableUpdate(Boolean.TRUE.equals(settings.disableUpdate()));
            scaleSets.put(scaleSet.id(), scaleSet);
            flow.add(scaleSet);
            events.publish(Kind.SCALE_SET_CREATED, scaleSet, null, null, "");
            return scaleSet.view();
        });
    }

    public ScaleSetView update(Scope scope, int id, Settings changes) {
        return monitor.locked(() -> {
            ScaleSet scaleSet = require(scope, id);
            String name = changes.name() == null || changes.name().isEmpty() ? scaleSet.name() : changes.name();
            RunnerGroup group = changes.runnerGroupId() == 0 ? scaleSet.group() : group(changes.runnerGroupId());
            requireUnusedName(scope, name, group, scaleSet);
            scaleSet.rename(name);
            scaleSet.group(group);
            if (changes.labels() != null && !changes.labels().isEmpty()) {
                scaleSet.labels(changes.labels());
            }
            if (changes.disableUpdate() != null) {
                scaleSet.disableUpdate(changes.disableUpdate());
            }
            events.publish(Kind.SCALE_SET_UPDATED, scaleSet, null, null, "");
            flow.offer(scaleSet);
            return scaleSet.view();
        });
    }

    /**
     * Deletes a scale set with its session and its idle runners. Jobs that are not running are requeued; busy runners
     * finish their jobs. Returns the number of busy runners.
     */
    public int delete(Scope scope, int id) {
        return monitor.locked(() -> {
            ScaleSet scaleSet = require(scope, id);
            scaleSets.remove(id);
            Session session = scaleSet.session();
            if (session != null) {
                session.expiry(null);
                scaleSet.session(null);
            }
            flow.remove(scaleSet);
            Stream<Runner> idle = List.copyOf(scaleSet.runners()).stream().filter(runner -> runner.job() == null);
            idle.forEach(runner -> runners.remove(runner, new RunnerExit(1, "removed")));
            events.publish(Kind.SCALE_SET_DELETED, scaleSet, null, null, "");
            return scaleSet.runners().size();
        });
    }

    /** The scale set with this ID; the lock must be held. */
    ScaleSet require(Scope scope, int id) {
        ScaleSet scaleSet = scaleSets.get(id);
        if (scaleSet == null || !scaleSet.scope().equals(scope)) {
            throw ServiceException.scaleSetNotFound(id);
        }
        return scaleSet;
    }

    /** All scale sets; the lock must be held. */
    List<ScaleSet> all() {
        return List.copyOf(scaleSets.values());
    }

    private RunnerGroup group(int id) {
        return groups.stream()
                .filter(group -> group.id() == id)
                .findFirst()
                .orElseThrow(() -> ServiceException.runnerGroupNotFound(id));
    }

    private void requireUnusedName(Scope scope, String name, RunnerGroup group, @Nullable ScaleSet self) {
        for (ScaleSet other : scaleSets.values()) {
            if (other != self
                    && other.scope().equals(scope)
                    && other.name().equalsIgnoreCase(name)
                    && other.group().equals(group)) {
                throw ServiceException.scaleSetExists(name);
            }
        }
    }
}
