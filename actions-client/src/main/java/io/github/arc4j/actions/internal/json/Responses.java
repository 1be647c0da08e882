package io.github.arc4j.actions.internal.json;

import io.github.arc4j.actions.model.JitConfig;
import io.github.arc4j.actions.model.Label;
import io.github.arc4j.actions.model.Runner;
import io.github.arc4j.actions.model.RunnerGroup;
import io.github.arc4j.actions.model.RunnerScaleSet;
import io.github.arc4j.actions.model.RunnerSetting;
import io.github.arc4j.actions.model.RunnerStatus;
import io.github.arc4j.actions.model.Statistics;
import io.github.arc4j.actions.wire.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Parses the objects of the Actions service from JSON. */
public final class Responses {
    private Responses() {}

    public static RunnerGroup runnerGroup(JsonObject json) throws IOException {
        RunnerGroup group = new RunnerGroup(
                json.integer("id"), json.text("name"), json.number("size"), json.flag("isDefaultGroup"));
        checkId(group.id());
        return group;
    }

    public static Runner runner(JsonObject json) throws IOException {
        Runner runner =
                new Runner(json.number("id"), json.text("name"), json.integer("runnerScaleSetId"), runnerStatus(json));
        checkId(runner.id());
        return runner;
    }

    /** Tolerates any value, so that an unexpected status does not make a runner unreadable. */
    private static RunnerStatus runnerStatus(JsonObject json) {
        return switch (json.textOrEmpty("status").toLowerCase(Locale.ROOT)) {
            case "online" -> RunnerStatus.ONLINE;
            case "offline" -> RunnerStatus.OFFLINE;
            default -> RunnerStatus.UNKNOWN;
        };
    }

    public static JitConfig jitConfig(JsonObject json) throws IOException {
        @Nullable JsonObject runner = json.object("runner");
        String encoded = json.text("encodedJITConfig");
        if (runner == null || encoded.isEmpty()) {
            throw new IOException("no runner or no configuration in the response");
        }
        return new JitConfig(runner(runner), encoded);
    }

    public static RunnerScaleSet scaleSet(JsonObject json) throws IOException {
        List<Label> labels = new ArrayList<>();
        for (JsonObject label : json.objects("labels")) {
            labels.add(new Label(label.text("type"), label.text("name")));
        }
        @Nullable JsonObject setting = json.object("runnerSetting");
        RunnerScaleSet scaleSet = new RunnerScaleSet(
                json.integer("id"),
                json.text("name"),
                json.integer("runnerGroupId"),
                json.text("runnerGroupName"),
                labels,
                new RunnerSetting(setting != null && setting.flag("disableUpdate")),
                json.time("createdOn"),
                json.text("runnerJitConfigUrl"),
                statistics(json));
        checkId(scaleSet.id());
        return scaleSet;
    }

    /** Returns the statistics of a scale set, a session or a message. */
    public static @Nullable Statistics statistics(JsonObject parent) throws IOException {
        @Nullable JsonObject json = parent.object("statistics");
        return json == null
                ? null
                : new Statistics(
                        json.integer("totalAvailableJobs"),
                        json.integer("totalAcquiredJobs"),
                        json.integer("totalAssignedJobs"),
                        json.integer("totalRunningJobs"),
                        json.integer("totalRegisteredRunners"),
                        json.integer("totalBusyRunners"),
                        json.integer("totalIdleRunners"));
    }

    /** Rejects a response without an id, which would otherwise lead to calls for object 0. */
    private static void checkId(long id) throws IOException {
        if (id <= 0) {
            throw new IOException("an object without an id");
        }
    }
}
