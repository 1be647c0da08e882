package io.github.arc4j.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.actions.loop.Trouble;
import io.github.arc4j.actions.loop.TroubleBackoff;
import io.github.arc4j.listener.kube.KubeException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class TroubleTest {
    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(Failures.network(), Trouble.NETWORK),
                Arguments.of(Failures.answer(503), Trouble.SERVICE_ERROR),
                Arguments.of(Failures.answer(404), Trouble.SERVICE_ERROR),
                Arguments.of(Failures.answer(403), Trouble.REFUSED),
                Arguments.of(Failures.refused(), Trouble.REFUSED),
                Arguments.of(Failures.rateLimit(Duration.ZERO), Trouble.RATE_LIMIT),
                Arguments.of(Failures.unreadable(0), Trouble.BROKEN_ANSWER),
                Arguments.of(Failures.conflict(), Trouble.SESSION_CONFLICT),
                Arguments.of(Failures.expired(), Trouble.SESSION_LOST),
                Arguments.of(Failures.gone(), Trouble.SCALE_SET_GONE),
                Arguments.of(new KubeException(500, "x"), Trouble.HANDLER),
                Arguments.of(new NullPointerException(), Trouble.INTERNAL));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void failuresAreClasses(RuntimeException failure, Trouble trouble) {
        assertThat(Trouble.of(failure)).isEqualTo(trouble);
    }

    @ParameterizedTest
    @EnumSource
    void pausesGrowToTheLongestAndStartAgainAfterASuccess(Trouble trouble) {
        TroubleBackoff backoff = new TroubleBackoff();
        Duration first = backoff.next(trouble);
        assertThat(first).isBetween(percent(trouble.firstDelay(), 80), percent(trouble.firstDelay(), 120));
        Duration last = first;
        for (int i = 0; i < 100; i++) {
            last = backoff.next(trouble);
            assertThat(last).isLessThanOrEqualTo(percent(trouble.longestDelay(), 120));
        }
        assertThat(last).isGreaterThanOrEqualTo(percent(trouble.longestDelay(), 80));
        backoff.reset();
        assertThat(backoff.next(trouble)).isLessThanOrEqualTo(percent(trouble.firstDelay(), 120));
    }

    @Test
    void anotherTroubleStartsAgain() {
        TroubleBackoff backoff = new TroubleBackoff();
        for (int i = 0; i < 10; i++) {
            backoff.next(Trouble.NETWORK);
        }
        assertThat(backoff.next(Trouble.SERVICE_ERROR)).isLessThan(Duration.ofSeconds(1));
        assertThat(backoff.failures()).isOne();
    }

    private static Duration percent(Duration duration, int percent) {
        return duration.multipliedBy(percent).dividedBy(100);
    }
}
