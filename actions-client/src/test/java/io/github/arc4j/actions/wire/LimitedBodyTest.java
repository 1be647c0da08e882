package io.github.arc4j.actions.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.github.arc4j.actions.ResponseMemory;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LimitedBodyTest {
    private static final int LIMIT = 1 << 16;

    private final ResponseMemory budget = ResponseMemory.of(2 * (LIMIT - LimitedBody.UNCOUNTED));
    private final LimitedBody body = new LimitedBody(LIMIT, budget);

    private void receive(String part) {
        receive(body, part);
    }

    private static void receive(LimitedBody body, String part) {
        body.onNext(List.of(ByteBuffer.wrap(part.getBytes(US_ASCII))));
    }

    private String complete() {
        return complete(body);
    }

    private static String complete(LimitedBody body) {
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
    void theBeginningOfABodyThatIsTooLargeIsKept() {
        receive("x".repeat(10));
        receive("y".repeat(LIMIT));
        assertThatThrownBy(() -> body.getBody().toCompletableFuture().join())
                .hasCauseInstanceOf(BodyTooLargeException.class)
                .cause()
                .extracting(e -> new String(((BodyTooLargeException) e).beginning(), US_ASCII))
                .isEqualTo("x".repeat(10) + "y".repeat(BodyTooLargeException.BEGINNING - 10));
    }

    @Test
    void aBodyMayBeEmpty() {
        assertThat(complete()).isEmpty();
    }

    @Test
    void aBodyMayHaveTheMaximumSizeButNotMore() {
        receive("x".repeat(LIMIT));
        assertThat(complete()).hasSize(LIMIT);

        LimitedBody longer = new LimitedBody(LIMIT, budget);
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

    @Test
    void bodiesShareABudgetUntilTheyAreClosed() {
        LimitedBody second = new LimitedBody(LIMIT, budget);
        LimitedBody third = new LimitedBody(LIMIT, budget);
        receive("x".repeat(LIMIT));
        receive(second, "x".repeat(LIMIT));

        receive(third, "x".repeat(LimitedBody.UNCOUNTED + 1));

        assertThatThrownBy(() -> third.getBody().toCompletableFuture().join())
                .hasMessageContaining("too many large responses at the same time");
        third.close();
        second.close();
        second.close();
        LimitedBody fourth = new LimitedBody(LIMIT, budget);
        receive(fourth, "x".repeat(LIMIT));
        assertThat(complete(fourth)).hasSize(LIMIT);
        LimitedBody fifth = new LimitedBody(LIMIT, budget);
        receive(fifth, "x".repeat(LIMIT));
        assertThat(fifth.getBody().toCompletableFuture()).isCompletedExceptionally();
    }

    /** However it is divided: a body that is received in parts needs up to twice its size. */
    @Test
    void aSmallBodyNeedsNothingOfTheBudget() {
        LimitedBody small = new LimitedBody(LIMIT, ResponseMemory.of(0));
        for (int part = 0; part < 16; part++) {
            receive(small, "x".repeat(1000));
        }
        assertThat(complete(small)).hasSize(16_000);
        LimitedBody large = new LimitedBody(LIMIT, ResponseMemory.of(0));
        receive(large, "x".repeat(16_000));
        receive(large, "x".repeat(1000));
        assertThat(large.getBody().toCompletableFuture()).isCompletedExceptionally();
    }

    /** The rest of a response may arrive after its request was cancelled. */
    @Test
    void aClosedBodyTakesNothing() {
        body.close();

        receive("x".repeat(LIMIT));

        LimitedBody second = new LimitedBody(LIMIT, budget);
        LimitedBody third = new LimitedBody(LIMIT, budget);
        receive(second, "x".repeat(LIMIT));
        receive(third, "x".repeat(LIMIT));
        assertThat(complete(second)).hasSize(LIMIT);
        assertThat(complete(third)).hasSize(LIMIT);
    }
}
