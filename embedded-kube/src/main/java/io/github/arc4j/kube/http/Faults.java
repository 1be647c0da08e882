package io.github.arc4j.kube.http;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The faults in force, asked in the order of their addition; the first that matches and isn't used up strikes. */
public final class Faults {

    /** A fault in force, until it is used up or closed. */
    public final class Injected implements AutoCloseable {
        private final Fault fault;
        private final AtomicInteger strikes = new AtomicInteger();

        private Injected(Fault fault) {
            this.fault = fault;
        }

        /** How often it has struck. */
        public int strikes() {
            return strikes.get();
        }

        private boolean claim() {
            return strikes.getAndUpdate(used -> used < fault.times() ? used + 1 : used) < fault.times();
        }

        /** Heals the fault. */
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

    /** Heals everything. */
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
