package io.github.arc4j.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WatchTest {

    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    private final Cluster cluster = new Cluster();

    @AfterEach
    void stop() {
        cluster.close();
    }

    private static final class Events implements Watcher<Widget> {
        final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

        @Override
        public void eventReceived(Action action, Widget widget) {
            if (action == Action.BOOKMARK) {
                return;
            }
            seen.add(action + " " + widget.getMetadata().getName() + " "
                    + widget.getSpec().size());
        }

        @Override
        public void onClose(WatcherException cause) {
            seen.add("CLOSED " + cause.getMessage());
        }

        String next() throws InterruptedException {
            return seen.poll(10, TimeUnit.SECONDS);
        }
    }

    private static final class Handler implements ResourceEventHandler<Widget> {
        final List<String> events = new CopyOnWriteArrayList<>();

        @Override
        public void onAdd(Widget widget) {
            events.add("add " + widget.getMetadata().getName());
        }

        @Override
        public void onUpdate(Widget before, Widget after) {
            if (!before.getMetadata()
                    .getResourceVersion()
                    .equals(after.getMetadata().getResourceVersion())) {
                events.add("update " + after.getMetadata().getName());
            }
        }

        @Override
        public void onDelete(Widget widget, boolean unknown) {
            events.add("delete " + widget.getMetadata().getName());
        }
    }

    @Test
    void watchesReportExactlyTheChanges() throws Exception {
        Events events = new Events();
        try (var watch = cluster.widgets().watch(events)) {
            cluster.create(Widget.named("one", 1));
            cluster.widgets().withName("one").patch(MERGE, "{\"spec\":{\"size\":1}}");
            cluster.widgets().withName("one").patch(MERGE, "{\"spec\":{\"size\":2}}");
            cluster.widgets().withName("one").delete();
            assertThat(events.next()).isEqualTo("ADDED one 1");
            assertThat(events.next()).isEqualTo("MODIFIED one 2");
            assertThat(events.next()).isEqualTo("DELETED one 2");
        }
    }

    @Test
    void reportsObjectsThatStartOrStopMatchingTheSelector() throws Exception {
        Events events = new Events();
        cluster.create(Widget.named("one", 1));
        try (var watch = cluster.widgets().withLabel("in", "yes").watch(events)) {
            cluster.widgets().withName("one").patch(MERGE, "{\"metadata\":{\"labels\":{\"in\":\"yes\"}}}");
            cluster.widgets().withName("one").patch(MERGE, "{\"spec\":{\"size\":2}}");
            cluster.widgets().withName("one").patch(MERGE, "{\"metadata\":{\"labels\":{\"in\":\"no\"}}}");
            cluster.widgets().withName("one").patch(MERGE, "{\"spec\":{\"size\":3}}");
            Widget other = Widget.named("two", 7);
            other.getMetadata().setLabels(Map.of("in", "yes"));
            cluster.create(other);
            assertThat(events.next()).isEqualTo("ADDED one 1");
            assertThat(events.next()).isEqualTo("MODIFIED one 2");
            assertThat(events.next()).isEqualTo("DELETED one 2");
            assertThat(events.next()).isEqualTo("ADDED two 7");
        }
    }

    @Test
    void watchesOfDroppedVersionsExpire() throws Exception {
        String start = cluster.widgets().list().getMetadata().getResourceVersion();
        cluster.create(Widget.named("one", 1));
        Events events = new Events();
        var sinceStart = new ListOptionsBuilder().withResourceVersion(start).build();
        try (var watch = cluster.widgets().watch(sinceStart, events)) {
            assertThat(events.next()).isEqualTo("ADDED one 1");
        }
        cluster.kube.watches().expire("widgets");
        try (var watch = cluster.widgets().watch(sinceStart, events)) {
            assertThat(events.next()).contains("CLOSED").contains("too old resource version");
        }
    }

    @Test
    void watchesEndAfterTheirTimeout() {
        var options = new ListOptionsBuilder().withTimeoutSeconds(1L).build();
        try (var watch = cluster.widgets().watch(options, new Events())) {
            await().until(() -> cluster.kube.watches().open("widgets") == 1);
            // The client reconnects by itself.
            await().until(() ->
                    cluster.kube.requests().count(request -> request.verb().equals("watch")) >= 2);
        }
    }

    @Test
    void informersRecoverFromDroppedWatchesAndExpiredHistory() {
        cluster.create(Widget.named("before", 1));
        Handler handler = new Handler();
        try (SharedIndexInformer<Widget> informer = cluster.widgets().inform(handler)) {
            await().untilAsserted(() -> assertThat(handler.events).containsExactly("add before"));
            cluster.create(Widget.named("one", 1));
            await().untilAsserted(() -> assertThat(handler.events).endsWith("add one"));

            cluster.kube.watches().drop();
            cluster.create(Widget.named("two", 1));
            await().untilAsserted(() -> assertThat(handler.events).endsWith("add two"));

            cluster.kube.watches().pause("widgets");
            cluster.widgets().withName("before").delete();
            cluster.kube.watches().expire("widgets");
            cluster.kube.watches().resume("widgets");
            await().untilAsserted(() -> assertThat(handler.events).endsWith("delete before"));
            assertThat(informer.getStore().list()).hasSize(2);
            assertThat(handler.events).hasSize(4);
        }
    }

    @Test
    void watchesOpenedWhilePausedWaitToo() throws Exception {
        String start = cluster.widgets().list().getMetadata().getResourceVersion();
        cluster.create(Widget.named("one", 1));
        cluster.kube.watches().pause("widgets");
        Events events = new Events();
        try (var watch = cluster.widgets()
                .watch(new ListOptionsBuilder().withResourceVersion(start).build(), events)) {
            await().until(() -> cluster.kube.watches().open("widgets") == 1);
            assertThat(events.seen).isEmpty();
            cluster.kube.watches().resume("widgets");
            assertThat(events.next()).isEqualTo("ADDED one 1");
        }
    }

    @Test
    void pausedWatchesMakeCachesStale() {
        Handler handler = new Handler();
        try (SharedIndexInformer<Widget> informer = cluster.widgets().inform(handler)) {
            cluster.kube.watches().pause("widgets");
            cluster.create(Widget.named("one", 1));
            assertThat(cluster.widgets().list().getItems()).hasSize(1);
            assertThat(informer.getStore().list()).isEmpty();
            cluster.kube.watches().resume("widgets");
            await().untilAsserted(() -> assertThat(informer.getStore().list()).hasSize(1));
        }
    }

    @Test
    void streamingListsEndWithABookmark() throws Exception {
        cluster.create(Widget.named("one", 1));
        String version = cluster.widgets().list().getMetadata().getResourceVersion();
        URI uri = cluster.kube
                .uri()
                .resolve("/apis/example.com/v1/widgets?watch=1&sendInitialEvents=true"
                        + "&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&timeoutSeconds=1");
        try (HttpClient http = HttpClient.newHttpClient()) {
            List<String> lines = http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofLines())
                    .body()
                    .toList();
            assertThat(lines.get(0)).startsWith("{\"type\":\"ADDED\"").contains("\"name\":\"one\"");
            assertThat(lines.get(1))
                    .startsWith("{\"type\":\"BOOKMARK\"")
                    .contains("\"resourceVersion\":\"" + version + "\"", "k8s.io/initial-events-end");
        }
    }
}
