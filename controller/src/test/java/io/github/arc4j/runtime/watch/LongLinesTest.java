package io.github.arc4j.runtime.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.ThreadMXBean;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.controller.kube.deserialization.LeanObjects;
import io.github.arc4j.controller.kube.deserialization.SpecLimit;
import io.github.arc4j.process.Json;
import io.github.arc4j.runtime.cache.Request;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Objects that a tenant has made as long as the API server allows: what the runtime's streams, which are not public, read
 * of them as the controller configures them.
 */
@NullUnmarked
class LongLinesTest {
    private static final int LINES = 10;
    /** Go's encoder writes it with six characters. */
    private static final String LESS = "\\u003c".repeat(1_400_000);

    private static final Predicate<ObjectVersion> NONE = version -> false;

    private final ObjectMapper json = new ObjectMapper(Json.newFactory());

    LongLinesTest() {
        new KubernetesSerialization(json, true);
        LeanObjects.configure(json);
    }

    private <T extends HasMetadata> EventStream<T> stream(
            Class<T> type, Predicate<ObjectVersion> known, String... lines) {
        List<InputStream> parts = new ArrayList<>();
        for (String line : lines) {
            parts.add(new ByteArrayInputStream(line.getBytes(UTF_8)));
        }
        return new EventStream<>(
                new SequenceInputStream(Collections.enumeration(parts)),
                new ObjectReader<>(json, type, known),
                Duration.ofMinutes(1));
    }

    private static String event(String type, String object) {
        return "{\"type\":\"%s\",\"object\":%s}\n".formatted(type, object);
    }

    private static String object(String name, String fields) {
        return "{\"kind\":\"K\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"%s\",\"namespace\":\"ns\",\"uid\":\"u\",\"resourceVersion\":\"7\"},%s}"
                .formatted(name, fields);
    }

    private static <T extends HasMetadata> T present(WatchEvent<T> event) {
        assertThat(event).isInstanceOf(WatchEvent.Present.class);
        return ((WatchEvent.Present<T>) event).object();
    }

    private static String name(HasMetadata object) {
        return object.getMetadata().getNamespace() + "/" + object.getMetadata().getName();
    }

    static List<Arguments> longObjects() {
        return List.of(
                Arguments.of(Role.class, "\"rules\":[{\"verbs\":[\"get\"],\"resources\":[\"%s\"]}]".formatted(LESS)),
                Arguments.of(Role.class, "\"rules\":[%s{}]".formatted("{\"verbs\":null},".repeat(500_000))),
                Arguments.of(Pod.class, "\"spec\":{\"containers\":[{\"args\":[\"%s\"]}]}".formatted(LESS)),
                Arguments.of(Pod.class, "\"status\":{\"message\":\"%s\"}".formatted(LESS)),
                Arguments.of(ServiceAccount.class, "\"imagePullSecrets\":[{\"name\":\"%s\"}]".formatted(LESS)));
    }

    @ParameterizedTest
    @MethodSource("longObjects")
    <T extends HasMetadata> void longLinesAreReadWithoutKeepingThem(Class<T> type, String fields) throws Exception {
        String line = event("MODIFIED", object("long", fields));
        List<String> lines = new ArrayList<>(Collections.nCopies(LINES, line));
        lines.addFirst(event("ADDED", object("before", "\"x\":1")));
        lines.add(event("ADDED", object("after", "\"x\":1")));
        EventStream<T> stream = stream(type, NONE, lines.toArray(String[]::new));
        assertThat(name(present(stream.next()))).isEqualTo("ns/before");
        ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        assertThat(name(present(stream.next()))).isEqualTo("ns/long");
        long before = thread.getCurrentThreadAllocatedBytes();
        for (int i = 1; i < LINES; i++) {
            assertThat(name(present(stream.next()))).isEqualTo("ns/long");
        }
        assertThat((thread.getCurrentThreadAllocatedBytes() - before) / (LINES - 1))
                .isLessThan(line.length() / 5);
        assertThat(name(present(stream.next()))).isEqualTo("ns/after");
        assertThat(stream.next()).isNull();
    }

    @Test
    void aLongLineIsReadWithTheSameLimitsAsAnother() throws Exception {
        Role role = present(stream(
                        Role.class,
                        NONE,
                        event(
                                "ADDED",
                                object(
                                        "a",
                                        "\"rules\":[{\"verbs\":[\"get\"]},{\"verbs\":[\"%s\"]},%s{}]"
                                                .formatted(LESS, "{\"verbs\":[\"ü\"]},".repeat(100_000)))))
                .next());
        assertThat(role.getRules()).hasSize(8);
        assertThat(role.getRules().get(0).getVerbs()).containsExactly("get");
        assertThat(role.getRules().get(1).getVerbs()).isEmpty();
        assertThat(role.getRules().get(2).getVerbs()).containsExactly("ü");
        Pod pod = present(stream(
                        Pod.class,
                        NONE,
                        event(
                                "ADDED",
                                object(
                                        "a",
                                        "\"spec\":{\"containers\":[{\"args\":[\"%s\"]}],\"nodeName\":\"n\"},\"status\":{\"phase\":\"Running\"}"
                                                .formatted(LESS))))
                .next());
        assertThat(pod.getSpec().getNodeName()).isEqualTo("n");
        assertThat(pod.getStatus().getPhase()).isEqualTo("Running");
    }

    /** So that the value begins and ends everywhere in the blocks that are read. */
    @Test
    void aValueIsKeptWhereverItBegins() throws Exception {
        for (int shift = 0; shift < 20_000; shift += 61) {
            String spec = "{\"runnerScaleSetId\":5,\"spec\":{\"schedulerName\":\"%s\"}}".formatted("ü".repeat(shift));
            EphemeralRunner runner = present(stream(
                            EphemeralRunner.class,
                            NONE,
                            event(
                                    "ADDED",
                                    "{\"metadata\":{\"managedFields\":[{\"manager\":\"%s\"}],\"finalizers\":[\"f\"],\"name\":\"a\"},\"spec\":%s,\"status\":{\"runnerId\":3}}"
                                            .formatted("x".repeat(100_000 + shift), spec)))
                    .next());
            assertThat(runner.getSpec().runnerScaleSetId()).isEqualTo(5);
            assertThat(runner.getSpec().spec().getSchedulerName()).hasSize(shift);
            assertThat(runner.getStatus().runnerId()).isEqualTo(3);
            assertThat(runner.getMetadata().getFinalizers()).containsExactly("f");
        }
    }

    @Test
    void aLongSpecIsReadWithoutItsTemplate() throws Exception {
        AutoscalingRunnerSet set = present(stream(
                        AutoscalingRunnerSet.class,
                        NONE,
                        event(
                                "ADDED",
                                object(
                                        "a",
                                        "\"spec\":{\"maxRunners\":5,\"template\":{\"spec\":{\"tolerations\":[%s{}]}}}"
                                                .formatted("{},".repeat(400_000)))))
                .next());
        assertThat(SpecLimit.problem(set.getSpec())).isNotNull();
        assertThat(set.getSpec().maxRunners()).isEqualTo(5);
    }

    /** In Go's order of a resource with a Go type, and in the alphabetical order of a custom resource. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"metadata\":{\"name\":\"odd\",\"namespace\":\"ns\",\"uid\":\"u\",\"resourceVersion\":\"8\",\"annotations\":{%s}},%s}",
                "{\"metadata\":{\"annotations\":{%s},\"name\":\"odd\",\"namespace\":\"ns\",\"resourceVersion\":\"8\",\"uid\":\"u\"},%s}",
                "{%2$s,\"metadata\":{\"annotations\":{%1$s},\"name\":\"odd\",\"namespace\":\"ns\",\"resourceVersion\":\"8\",\"uid\":\"u\"}}"
            })
    void anUnreadableLongObjectIsIdentified(String format) throws Exception {
        String deep = "\"rules\":%s1%s".formatted("[".repeat(50_000), "]".repeat(50_000));
        String annotations = "\"name\":\"no\",\"a\":\"{\\\"name\\\":\\\"no\\\\\"";
        String odd = format.formatted(annotations, deep);
        EventStream<Role> stream = stream(
                Role.class,
                NONE,
                event("ADDED", odd),
                event("DELETED", odd),
                event("ADDED", object("after", "\"rules\":[]")));
        assertThat(stream.next()).isEqualTo(new WatchEvent.Bookmark<Role>("8"));
        assertThat(stream.next())
                .isEqualTo(new WatchEvent.Gone<Role>(new ObjectVersion(new Request("ns", "odd"), "u", "8")));
        assertThat(name(present(stream.next()))).isEqualTo("ns/after");

        List<Role> objects = new ArrayList<>();
        Set<Request> unreadable = new HashSet<>();
        String list =
                "{\"items\":[%s],\"kind\":\"RoleList\",\"metadata\":{\"continue\":\"more\",\"resourceVersion\":\"9\"}}";
        ObjectReader.Page page = new ObjectReader<>(json, Role.class, NONE)
                .page(new ByteArrayInputStream(list.formatted(odd).getBytes(UTF_8)), objects, unreadable);
        assertThat(page).isEqualTo(new ObjectReader.Page("9", "more"));
        assertThat(objects).isEmpty();
        assertThat(unreadable).containsExactly(new Request("ns", "odd"));
    }

    @Test
    void aPageOfOneLongObjectIsRead() throws Exception {
        String list = "{\"kind\":\"RoleList\",\"metadata\":{\"resourceVersion\":\"9\"},\"items\":[%s]}"
                .formatted(object("a", "\"rules\":[{\"verbs\":[\"%s\"]}]".formatted(LESS)));
        InputStream body = new ByteArrayInputStream(list.getBytes(UTF_8));
        List<Role> objects = new ArrayList<>();
        ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = thread.getCurrentThreadAllocatedBytes();
        ObjectReader.Page page = new ObjectReader<>(json, Role.class, NONE).page(body, objects, new HashSet<>());
        assertThat(thread.getCurrentThreadAllocatedBytes() - before).isLessThan(list.length() / 4);
        assertThat(page).isEqualTo(new ObjectReader.Page("9", ""));
        assertThat(objects).extracting(LongLinesTest::name).containsExactly("ns/a");
    }

    @Test
    void longLinesOfOtherEventsAreUnderstood() throws Exception {
        String odd = object("a", "\"rules\":[{\"verbs\":[\"%s\"]}]".formatted(LESS));
        EventStream<Role> stream = stream(
                Role.class,
                version -> version.resourceVersion().equals("7"),
                event("MODIFIED", odd),
                event("BOOKMARK", odd),
                event("NEW", odd),
                event("ERROR", "{\"message\":\"%s\",\"code\":410}".formatted("x".repeat(100_000))));
        for (int i = 0; i < 3; i++) {
            assertThat(stream.next()).isEqualTo(new WatchEvent.Bookmark<Role>("7"));
        }
        assertThat(stream.next())
                .isInstanceOfSatisfying(
                        WatchEvent.Failed.class,
                        failed -> assertThat(failed.status().getCode()).isEqualTo(410));
    }

    @Test
    void anIncompleteLongLineIsAnError() {
        String line = event("ADDED", object("a", "\"rules\":[{\"verbs\":[\"%s\"]}]".formatted(LESS)));
        EventStream<Role> stream = stream(Role.class, NONE, line.substring(0, line.length() - 3));
        assertThatThrownBy(stream::next).isInstanceOf(IOException.class);
    }

    @Test
    void aLongLineWaitsForAPermitAndReturnsIt() throws Exception {
        Semaphore permits = new Semaphore(0);
        String line = event("ADDED", object("a", "\"rules\":[{\"verbs\":[\"%s\"]}]".formatted(LESS)));
        EventStream<Role> stream = new EventStream<>(
                new ByteArrayInputStream((line + line.substring(0, 100_000)).getBytes(UTF_8)),
                new ObjectReader<>(json, Role.class, NONE),
                Duration.ofMinutes(1),
                permits);
        FutureTask<WatchEvent<Role>> reading = new FutureTask<>(stream::next);
        Thread reader = Thread.ofPlatform().start(reading);
        await().until(permits::hasQueuedThreads);
        assertThat(reading).isNotDone();

        permits.release();

        assertThat(name(present(reading.get()))).isEqualTo("ns/a");
        reader.join();
        assertThat(permits.availablePermits()).isEqualTo(1);
        assertThatThrownBy(stream::next).isInstanceOf(IOException.class);
        assertThat(permits.availablePermits()).isEqualTo(1);
    }
}
