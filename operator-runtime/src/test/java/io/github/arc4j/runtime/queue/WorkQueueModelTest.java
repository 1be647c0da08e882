package io.github.arc4j.runtime.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.actions.wire.Backoff;
import io.github.arc4j.runtime.FakeTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.NullUnmarked;

/** Random sequences of calls against a model that is simple rather than quick. */
@NullUnmarked
class WorkQueueModelTest {

    sealed interface Call {
        record Add(int key, Priority priority) implements Call {}

        record AddAfter(int key, int millis) implements Call {}

        record AddRateLimited(int key) implements Call {}

        record Forget(int key) implements Call {}

        record Take() implements Call {}

        /** Ends one of the passes under way. */
        record Done(int which) implements Call {}

        record Pass(int millis) implements Call {}
    }

    private static int tenant(int key) {
        return key % 3;
    }

    @Provide
    Arbitrary<List<Call>> calls() {
        Arbitrary<Integer> key = Arbitraries.integers().between(1, 6);
        Arbitrary<Integer> millis = Arbitraries.integers().between(0, 30);
        Arbitrary<Call> call = Arbitraries.oneOf(
                Combinators.combine(key, Arbitraries.of(Priority.values())).as(Call.Add::new),
                Combinators.combine(key, millis).as(Call.AddAfter::new),
                key.map(Call.AddRateLimited::new),
                key.map(Call.Forget::new),
                Arbitraries.create(Call.Take::new),
                Arbitraries.create(Call.Take::new),
                Arbitraries.integers().between(0, 3).map(Call.Done::new),
                millis.map(Call.Pass::new));
        return call.list().ofMaxSize(100);
    }

    @Property(tries = 3000)
    void behavesLikeTheModel(@ForAll("calls") List<Call> calls) {
        FakeTime time = new FakeTime();
        CountedDepth depth = new CountedDepth();
        WorkQueue<Integer> queue = new WorkQueue<>(
                Backoff.doubling(Duration.ofMillis(5), Duration.ofMillis(40)),
                WorkQueueModelTest::tenant,
                depth,
                time::nanoTime,
                () -> 0.5);
        Model model = new Model(time);
        for (Call call : calls) {
            switch (call) {
                case Call.Add(int key, Priority priority) -> {
                    queue.add(key, priority);
                    model.add(key, priority);
                }
                case Call.AddAfter(int key, int millis) -> {
                    queue.addAfter(key, Duration.ofMillis(millis));
                    model.addAfter(key, Duration.ofMillis(millis));
                }
                case Call.AddRateLimited(int key) -> {
                    queue.addRateLimited(key);
                    model.addRateLimited(key);
                }
                case Call.Forget(int key) -> {
                    queue.forget(key);
                    model.forget(key);
                }
                case Call.Take() -> model.taken(queue.poll(Priority.LOW));
                case Call.Done(int which) -> {
                    List<Integer> busy = model.busy();
                    if (which < busy.size()) {
                        queue.done(busy.get(which));
                        model.done(busy.get(which));
                    }
                }
                case Call.Pass(int millis) -> time.pass(Duration.ofMillis(millis));
            }
            time.pass(Duration.ofNanos(1));
            model.keys.forEach((key, state) -> assertThat(queue.failures(key)).isEqualTo(state.failures));
            assertThat(depth.total).isEqualTo(model.available().size());
        }
        drain(queue, model, time);
    }

    /** In the end every key that was added comes out, and nothing else. */
    private static void drain(WorkQueue<Integer> queue, Model model, FakeTime time) {
        time.pass(Duration.ofSeconds(1));
        while (!model.busy().isEmpty()) {
            int key = model.busy().getFirst();
            queue.done(key);
            model.done(key);
        }
        Integer key;
        do {
            key = queue.poll(Priority.LOW);
            model.taken(key);
            if (key != null) {
                queue.done(key);
                model.done(key);
            }
        } while (key != null);
    }

    private static final class CountedDepth implements QueueMetrics {
        int total;

        @Override
        public void depth(Priority priority, int change) {
            total += change;
        }
    }

    private record Turn(Priority priority, int tenant) {}

    private static final class Key {
        boolean ready;
        boolean busy;
        Long due;
        Priority priority = Priority.NORMAL;
        Priority takenAs = Priority.NORMAL;
        long availableSince;
        int failures;

        boolean isRemembered() {
            return ready || busy || due != null || failures > 0;
        }
    }

    private static final class Model {
        final Map<Integer, Key> keys = new TreeMap<>();
        final FakeTime time;
        /** Since when each tenant waits for its turn. */
        final Map<Turn, Long> turns = new HashMap<>();

        final Map<Priority, Integer> passedOver = new EnumMap<>(Priority.class);
        long turn;

        Model(FakeTime time) {
            this.time = time;
        }

        Key key(int key) {
            return keys.computeIfAbsent(key, k -> new Key());
        }

        void add(int name, Priority priority) {
            Key key = key(name);
            boolean waits = key.ready || key.due != null;
            Priority now = waits && key.priority.level() > priority.level() ? key.priority : priority;
            boolean changes = !key.ready || now != key.priority;
            if (key.ready && changes && !key.busy) {
                leave(name);
            }
            key.priority = now;
            key.ready = true;
            key.due = null;
            if (changes) {
                turn++;
                wait(name);
            }
        }

        /** The key waits from now on, unless it is busy. */
        void wait(int name) {
            Key key = key(name);
            key.availableSince = turn;
            if (!key.busy) {
                turns.putIfAbsent(new Turn(key.priority, tenant(name)), turn);
            }
        }

        /** The key waits no more. */
        void leave(int name) {
            Key key = key(name);
            key.ready = false;
            if (available().stream().noneMatch(other -> competes(other, name))) {
                turns.remove(new Turn(key.priority, tenant(name)));
            }
        }

        boolean competes(int one, int other) {
            return key(one).priority == key(other).priority && tenant(one) == tenant(other);
        }

        void addAfter(int name, Duration delay) {
            Key key = key(name);
            if (delay.isZero()) {
                add(name, key.takenAs);
            } else if (!key.ready) {
                long due = time.nanoTime() + delay.toNanos();
                if (key.due == null) {
                    key.priority = key.takenAs;
                }
                key.due = key.due == null ? due : Math.min(key.due, due);
            }
        }

        void addRateLimited(int name) {
            Key key = key(name);
            key.failures++;
            addAfter(name, Duration.ofMillis(Math.min(40, 5L << Math.min(10, key.failures - 1))));
        }

        List<Integer> busy() {
            return keys.keySet().stream().filter(name -> key(name).busy).toList();
        }

        List<Integer> available() {
            return keys.keySet().stream()
                    .filter(name -> key(name).ready && !key(name).busy)
                    .toList();
        }

        void taken(Integer name) {
            promote();
            List<Integer> available = new ArrayList<>(available());
            if (name == null) {
                assertThat(available).isEmpty();
                return;
            }
            assertThat(available).contains(name);
            Key key = key(name);
            List<Priority> waiting = available.stream()
                    .map(n -> key(n).priority)
                    .distinct()
                    .sorted()
                    .toList();
            assertThat(key.priority)
                    .isEqualTo(waiting.stream()
                            .filter(priority -> passedOver.getOrDefault(priority, 0) >= ReadyEntries.MAX_PASSED_OVER)
                            .findFirst()
                            .orElse(waiting.getFirst()));
            long myTurn = turns.get(new Turn(key.priority, tenant(name)));
            turns.forEach((other, since) -> assertThat(other.priority() != key.priority || since >= myTurn)
                    .isTrue());
            assertThat(available)
                    .filteredOn(n -> competes(n, name))
                    .allMatch(n -> key(n).availableSince >= key.availableSince);
            leave(name);
            key.busy = true;
            key.takenAs = key.priority;
            turn++;
            turns.computeIfPresent(new Turn(key.priority, tenant(name)), (t, since) -> turn);
            passedOver.put(key.priority, 0);
            for (Priority lower : Priority.values()) {
                if (lower.level() < key.priority.level()) {
                    boolean waits = turns.keySet().stream().anyMatch(t -> t.priority() == lower);
                    passedOver.put(lower, waits ? passedOver.getOrDefault(lower, 0) + 1 : 0);
                }
            }
        }

        /** What is due becomes available, the earlier due the earlier; keys due at once in any order. */
        private void promote() {
            List<Integer> due = keys.keySet().stream()
                    .filter(name -> key(name).due != null && key(name).due <= time.nanoTime())
                    .sorted(Comparator.comparingLong(name -> key(name).due))
                    .toList();
            long last = -1;
            for (int name : due) {
                Key key = key(name);
                if (key.due != last) {
                    turn++;
                }
                last = key.due;
                key.ready = true;
                key.due = null;
                wait(name);
            }
        }

        void done(int name) {
            Key key = key(name);
            key.busy = false;
            if (key.ready) {
                turn++;
                wait(name);
            }
            dropIfForgotten(key);
        }

        void forget(int name) {
            Key key = key(name);
            key.failures = 0;
            dropIfForgotten(key);
        }

        /** A key that has nothing to remember is forgotten, and its priority with it. */
        private static void dropIfForgotten(Key key) {
            if (!key.isRemembered()) {
                key.takenAs = Priority.NORMAL;
            }
        }
    }
}
