package io.github.arc4j.kube;

import static io.github.arc4j.kube.Cluster.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Lists and their selectors. */
class ListsTest {
    private final Cluster cluster = new Cluster();

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void listsSelectByLabelsAndFields() {
        for (int i = 0; i < 6; i++) {
            Widget widget = Widget.named("w" + i, i);
            widget.getMetadata().setLabels(i == 5 ? Map.of() : Map.of("n", "n" + i, "odd", String.valueOf(i % 2 == 1)));
            widget.setSpec(new Widget.Spec(i, i < 3 ? "red" : "green", null, null));
            cluster.create(widget);
        }
        var widgets = cluster.widgets();
        assertThat(names(widgets.withLabel("odd", "true").list().getItems())).containsExactly("w1", "w3");
        assertThat(names(widgets.withLabelIn("n", "n0", "n3", "n9").list().getItems()))
                .containsExactly("w0", "w3");
        assertThat(names(widgets.withLabelNotIn("n", "n0", "n3").list().getItems()))
                .containsExactly("w1", "w2", "w4", "w5");
        assertThat(names(widgets.withoutLabel("odd").list().getItems())).containsExactly("w5");
        assertThat(names(widgets.withLabelSelector("odd=true,n in (n1,n2),n!=n2")
                        .list()
                        .getItems()))
                .containsExactly("w1");
        assertThat(names(widgets.withField("spec.color", "red")
                        .withLabel("odd", "false")
                        .list()
                        .getItems()))
                .containsExactly("w0", "w2");
        assertThat(names(widgets.withField("metadata.name", "w4").list().getItems()))
                .containsExactly("w4");
        assertFails(
                () -> widgets.withField("spec.size", "1").list(),
                400,
                "BadRequest",
                "field label not supported: spec.size");
    }

    @Test
    void pagesOfAListAreConsistent() {
        IntStream.range(0, 25).forEach(i -> cluster.create(Widget.named("w%02d".formatted(i), i)));
        var first =
                cluster.widgets().list(new ListOptionsBuilder().withLimit(10L).build());
        assertThat(first.getItems()).hasSize(10);
        assertThat(first.getMetadata().getRemainingItemCount()).isEqualTo(15);

        cluster.widgets().withName("w15").delete();
        cluster.create(Widget.named("w155", 1));
        var second = cluster.widgets()
                .list(new ListOptionsBuilder()
                        .withLimit(100L)
                        .withContinue(first.getMetadata().getContinue())
                        .build());
        assertThat(names(second.getItems())).hasSize(15).contains("w15").doesNotContain("w155");
        assertThat(second.getMetadata().getResourceVersion())
                .isEqualTo(first.getMetadata().getResourceVersion());
        assertThat(second.getMetadata().getContinue()).isNullOrEmpty();
    }

    @Test
    void deletesCollectionsBySelector() {
        IntStream.range(0, 4).forEach(i -> {
            Widget widget = Widget.named("w" + i, i);
            widget.getMetadata().setLabels(Map.of("even", String.valueOf(i % 2 == 0)));
            cluster.create(widget);
        });
        cluster.widgets().withLabel("even", "true").delete();
        assertThat(names(cluster.widgets().list().getItems())).containsExactly("w1", "w3");
    }

    private static List<String> names(List<Widget> widgets) {
        return widgets.stream().map(w -> w.getMetadata().getName()).toList();
    }
}
