package io.github.arc4j.api.v1alpha1;

import com.fasterxml.jackson.annotation.JacksonAnnotationsInside;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.deser.ContextualDeserializer;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * An {@code int} or {@code Integer} that is clamped to 32 bits when it is read. The schema has no upper bound
 * (upstream's integers have 64 bits), and a single object that cannot be read would stop the informer for all objects
 * of its kind.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER})
@JacksonAnnotationsInside
@JsonDeserialize(using = Int32.Reader.class)
@interface Int32 {
    final class Reader extends StdScalarDeserializer<Integer> implements ContextualDeserializer {
        private static final BigInteger MIN = BigInteger.valueOf(Integer.MIN_VALUE);
        private static final BigInteger MAX = BigInteger.valueOf(Integer.MAX_VALUE);

        /** The value for JSON null. */
        private final @Nullable Integer missing;

        Reader() {
            this(null);
        }

        private Reader(@Nullable Integer missing) {
            super(Integer.class);
            this.missing = missing;
        }

        @Override
        public JsonDeserializer<?> createContextual(DeserializationContext context, BeanProperty property) {
            return property.getType().isPrimitive() ? new Reader(0) : this;
        }

        @Override
        public Integer deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            return parser.getBigIntegerValue().max(MIN).min(MAX).intValue();
        }

        @Override
        public @Nullable Integer getNullValue(DeserializationContext context) {
            return missing;
        }
    }
}
