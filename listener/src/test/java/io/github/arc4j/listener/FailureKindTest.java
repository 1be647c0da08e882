package io.github.arc4j.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.actions.loop.FailureBackoff;
import io.github.arc4j.actions.loop.FailureKind;
import io.github.arc4j.listener.kube.KubeException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class FailureKindTest {
    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(Failures.network(), FailureKind.NETWORK),
                Arguments.of(Failures.answer(503), FailureKind.SERVICE_ERROR),
                Arguments.of(Failures.answer(404), FailureKind.SERVICE_ERROR),
                Arguments.of(Failures.answer(403), FailureKind.REFUSED),
                Arguments.of(Failures.refused(), FailureKind.REFUSED),
                Arguments.of(Failures.rateLimit(Duration.ZERO), FailureKind.RATE_LIMIT),
                Arguments.of(Failures.unreadable(0), FailureKind.INVALID_RESPONSE),
                Arguments.of(Failures.conflict(), FailureKind.SESSION_CONFLICT),
                Arguments.of(Failures.expired(), FailureKind.SESSION_LOST),
                Arguments.of(Failures.gone(), FailureKind.SCALE_SET_GONE),
                Arguments.of(new KubeException(500, "x"), FailureKind.HANDLER),
                Arguments.of(new NullPointerException(), FailureKind.INTERNAL));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void eachFailureIsOfAKind(RuntimeException failure, FailureKind kind) {
        assertThat(FailureKind.of(failure)).isEqualTo(kind);
    }

    @ParameterizedTest
    @EnumSource
    void pausesGrowToTheLongestAndStartAgainAfterASuccess(FailureKind kind) {
        FailureBackoff backoff = new FailureBackoff();
        Duration first = backoff.next(kind);
        assertThat(first).isBetween(percent(kind.firstDelay(), 80), percent(kind.firstDelay(), 120));
        Duration last = first;
        for (int i = 0; i < 100; i++) {
            last = backoff.next(kind);
            assertThat(last).isLessThanOrEqualTo(percent(kind.longestDelay(), 120));
        }
        assertThat(last).isGreaterThanOrEqualTo(percent(kind.longestDelay(), 80));
        backoff.reset();
        assertThat(backoff.next(kind)).isLessThanOrEqualTo(percent(kind.firstDelay(), 120));
    }

    @Test
    void anotherKindOfFailureStartsAgain() {
        FailureBackoff backoff = new FailureBackoff();
        for (int i = 0; i < 10; i++) {
            backoff.next(FailureKind.NETWORK);
        }
        assertThat(backoff.next(FailureKind.SERVICE_ERROR)).isLessThan(Duration.ofSeconds(1));
        assertThat(backoff.failures()).isOne();
    }

    private static Duration percent(Duration duration, int percent) {
        return duration.multipliedBy(percent).dividedBy(100);
    }
}
