package io.github.arc4j.kube.http;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The active faults, in the order of their addition. The first one that matches and is not exhausted is applied. */
public final class Faults {

    /** An active fault, until it is exhausted or closed. */
    public final class Injected implements AutoCloseable {
        private final Fault fault;
        private final AtomicInteger strikes = new AtomicInteger();

        private Injected(Fault fault) {
            this.fault = fault;
        }

        /** The number of times that the fault was applied. */
        public int strikes() {
            return strikes.get();
        }

        private boolean claim() {
            return strikes.getAndUpdate(used -> used < fault.times() ? used + 1 : used) < fault.times();
        }

        /** Removes the fault. */
        @Override
        public void close() {
            injected.remove(this);
        }
    }

    private final List<Injected> injected = new CopyOnWriteArrayList<>();

    Faults() {}

    public Injected inject(Fault fault) {
        Injected added = new Injected(fault);
        injected.add(added);
        return added;
    }

    /** Removes all faults. */
    public void clear() {
        injected.clear();
    }

    @Nullable Fault next(ApiRequest request) {
        for (Injected candidate : injected) {
            if (candidate.fault.matches(request) && candidate.claim()) {
                return candidate.fault;
            }
        }
        return null;
    }
}
