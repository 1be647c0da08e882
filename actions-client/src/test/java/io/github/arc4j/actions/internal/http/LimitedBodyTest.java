package io.github.arc4j.actions.internal.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LimitedBodyTest {
    private static final int LIMIT = 1 << 16;

    private final LimitedBody body = new LimitedBody(LIMIT);

    private void receive(String part) {
        body.onNext(List.of(ByteBuffer.wrap(part.getBytes(US_ASCII))));
    }

    private String complete() {
        body.onComplete();
        return new String(body.getBody().toCompletableFuture().join(), US_ASCII);
    }

    @Test
    void partsAreJoined() {
        receive("one ");
        receive("");
        receive("and two");
        assertThat(complete()).isEqualTo("one and two");
    }

    @Test
    void aBodyMayBeEmpty() {
        assertThat(complete()).isEmpty();
    }

    @Test
    void aBodyMayHaveTheMaximumSizeButNotMore() {
        receive("x".repeat(LIMIT));
        assertThat(complete()).hasSize(LIMIT);

        LimitedBody longer = new LimitedBody(LIMIT);
        longer.onNext(List.of(ByteBuffer.allocate(LIMIT), ByteBuffer.allocate(1)));
        assertThatThrownBy(() -> longer.getBody().toCompletableFuture().join())
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(BodyTooLargeException.class);
    }

    /** A server can send each byte on its own, and so cause the use of many times the memory of the body. */
    @Test
    void aDividedBodyOccupiesLittleMoreMemoryThanAnother() {
        List<ByteBuffer> parts =
                Stream.generate(() -> ByteBuffer.allocate(1)).limit(LIMIT).toList();
        ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = thread.getCurrentThreadAllocatedBytes();
        body.onNext(parts);
        assertThat(thread.getCurrentThreadAllocatedBytes() - before).isLessThan(4 * LIMIT);
        assertThat(complete()).hasSize(LIMIT);
    }
}
