package io.github.arc4j.api.v1alpha1;

import com.fasterxml.jackson.annotation.JacksonAnnotationsInside;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Labels and annotations that the user specifies for an object that the controller creates.
 *
 * @param labels labels by key
 * @param annotations annotations by key
 */
@ApiObject
public record ResourceMeta(Map<String, String> labels, Map<String, String> annotations) {
    /** Neither labels nor annotations. */
    public static final ResourceMeta EMPTY = new ResourceMeta(Map.of(), Map.of());

    /** Replaces null with empty values. */
    public ResourceMeta {
        labels = Normal.map(labels);
        annotations = Normal.map(annotations);
    }

    /** Omits the property from JSON if it is {@link #EMPTY}. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target({ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER})
    @JacksonAnnotationsInside
    @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = EmptyFilter.class)
    @interface OmitEmpty {}

    /** Equals the values to omit; Jackson calls {@code equals} for such filters. */
    static final class EmptyFilter {
        @Override
        public boolean equals(@Nullable Object other) {
            return other == null || EMPTY.equals(other);
        }

        @Override
        public int hashCode() {
            return EMPTY.hashCode();
        }
    }
}
