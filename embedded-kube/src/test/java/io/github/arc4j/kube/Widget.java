package io.github.arc4j.kube;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A custom resource with a status subresource, see widgets.yaml. */
@Group("example.com")
@Version("v1")
public class Widget extends CustomResource<Widget.Spec, Widget.Status> implements Namespaced {

    private static final long serialVersionUID = 1L;

    /** Desired state; {@code unknown} is not in the schema. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Spec(
            @Nullable Integer size,
            @Nullable String color,
            @Nullable Map<String, String> tags,
            @Nullable String unknown) {

        static Spec of(int size) {
            return new Spec(size, null, null, null);
        }
    }

    /** Observed state. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Status(@Nullable String phase, @Nullable Integer ready) {}

    static Widget named(@Nullable String name, int size) {
        Widget widget = new Widget();
        widget.getMetadata().setName(name);
        widget.setSpec(Spec.of(size));
        return widget;
    }
}
