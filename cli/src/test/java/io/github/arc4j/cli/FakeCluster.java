package io.github.arc4j.cli;

import io.github.arc4j.cli.cluster.Cluster;
import io.github.arc4j.cli.cluster.NoAccessException;
import io.github.arc4j.cli.cluster.Selection;
import io.github.arc4j.cli.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A cluster whose snapshot and logs a test determines. */
final class FakeCluster implements Cluster {
    final List<Selection> selections = new ArrayList<>();
    final List<String> log = new ArrayList<>();
    final List<String> logRequests = new ArrayList<>();
    private final Supplier<Snapshot> snapshot;

    FakeCluster(Supplier<Snapshot> snapshot) {
        this.snapshot = snapshot;
    }

    static FakeCluster unreachable() {
        return new FakeCluster(() -> {
            throw new NoAccessException("The API server https://example.com/ cannot be reached: timeout", null);
        });
    }

    Cluster connect(Selection selection) {
        selections.add(selection);
        return this;
    }

    @Override
    public Snapshot read(Scope scope) {
        return snapshot.get();
    }

    @Override
    public void log(String namespace, String pod, String container, int tail, boolean follow, Consumer<String> line) {
        logRequests.add(namespace + "/" + pod + "/" + container);
        log.forEach(line);
    }

    @Override
    public void close() {}
}
